using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Time.Testing;

using Xunit;

namespace B2BAssertions.IntegrationTests.ServiceDefaultsTests;

/// <summary>The arithmetic of a limit, and what it keeps.</summary>
public sealed class RateLimitTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void All_permits_may_be_taken_at_once_and_one_comes_back_at_a_time()
    {
        var limit = new RateLimit<string>(6, _time);
        Assert.All(Enumerable.Range(0, 6), _ => Assert.Null(limit.Take("a")));

        Assert.Equal(TimeSpan.FromSeconds(10), limit.Take("a"));
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(TimeSpan.FromSeconds(6), limit.Look("a"));
        _time.Advance(TimeSpan.FromSeconds(6));

        Assert.Null(limit.Look("a"));
        Assert.Null(limit.Take("a"));
        Assert.Equal(TimeSpan.FromSeconds(10), limit.Take("a"));
    }

    [Fact]
    public void Looking_and_being_refused_take_nothing()
    {
        var limit = new RateLimit<string>(1, _time);
        Assert.All(Enumerable.Range(0, 10), _ => Assert.Null(limit.Look("a")));
        Assert.Null(limit.Take("a"));
        Assert.All(Enumerable.Range(0, 10), _ => Assert.NotNull(limit.Take("a")));

        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Null(limit.Take("a"));
    }

    [Fact]
    public void One_key_takes_nothing_of_another()
    {
        var limit = new RateLimit<string>(1, _time);
        Assert.Null(limit.Take("a"));

        Assert.NotNull(limit.Take("a"));
        Assert.Null(limit.Take("b"));
    }

    [Fact]
    public void Permits_do_not_add_up_while_nobody_takes_them()
    {
        var limit = new RateLimit<string>(2, _time);
        _time.Advance(TimeSpan.FromDays(1));

        Assert.Null(limit.Take("a"));
        Assert.Null(limit.Take("a"));
        Assert.NotNull(limit.Take("a"));
    }

    [Fact]
    public void Off_is_no_limit_and_keeps_nothing()
    {
        var limit = new RateLimit<string>(RateLimitSettings.Off, _time);

        Assert.All(Enumerable.Range(0, 1000), _ => Assert.Null(limit.Take("a")));
        Assert.Null(limit.Look("a"));
        Assert.Equal(0, limit.Keys);
    }

    [Fact]
    public void No_more_keys_are_kept_than_there_is_room_for_and_idle_ones_make_room()
    {
        var limit = new RateLimit<int>(1, _time);
        foreach (var key in Enumerable.Range(0, RateLimit<int>.MaxKeys))
        {
            Assert.Null(limit.Take(key));
        }

        Assert.Null(limit.Take(-1));
        Assert.Equal(RateLimit<int>.MaxKeys, limit.Keys);

        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Null(limit.Take(-1));
        Assert.NotNull(limit.Take(-1));
        Assert.Equal(1, limit.Keys);
    }

    [Fact]
    public void Keys_for_which_there_is_no_room_share_one_allowance_and_take_nothing_of_the_others()
    {
        var full = 0;
        var limit = new RateLimit<int>(2, _time, () => full++);
        foreach (var key in Enumerable.Range(0, RateLimit<int>.MaxKeys))
        {
            Assert.Null(limit.Take(key));
        }

        Assert.Equal(0, full);
        Assert.Null(limit.Take(-1));
        Assert.Null(limit.Look(-2));
        Assert.Null(limit.Take(-2));

        Assert.All(Enumerable.Range(-10, 10), key => Assert.Equal(TimeSpan.FromSeconds(30), limit.Take(key)));
        Assert.Null(limit.Look(-3));
        Assert.Equal(14, full);
        Assert.Null(limit.Take(0));
        Assert.NotNull(limit.Take(0));
        Assert.Equal(RateLimit<int>.MaxKeys, limit.Keys);
    }

    [Fact]
    public void Lines_come_at_a_pace_and_tell_how_many_were_held_back()
    {
        var pace = new LogPace(_time);
        Assert.True(pace.IsDue(out _));
        Assert.All(Enumerable.Range(0, 7), _ => Assert.False(pace.IsDue(out var _)));

        _time.Advance(LogPace.Pause);

        Assert.True(pace.IsDue(out var heldBack));
        Assert.Equal(7, heldBack);
        Assert.False(pace.IsDue(out _));
    }
}
