using B2BAssertions.AuthorizationServer.Database;
using B2BAssertions.AuthorizationServer.SigningKeys;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests.SigningKeys;

/// <summary>What the times of all keys mean at any time, however clocks run. Times are minutes.</summary>
[Trait("Rule", "AT-04")]
public sealed class SigningKeyTimelineTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    // Two keys; the second signs from 100 on.
    [InlineData("0 100", 0, "Current Next")]
    [InlineData("0 100", 99, "Current Next")]
    [InlineData("0 100", 100, "Retiring Current")]
    [InlineData("0 100", 114, "Retiring Current")]
    [InlineData("0 100", 115, "Retired Current")]
    [InlineData("0 100", 1_000_000, "Retired Current")]
    // A clock that was set back: before the first key's turn it signs all the same.
    [InlineData("0 100", -500, "Current Next")]
    [InlineData("0", -500, "Current")]
    // Withdrawn at 50, with a successor that signed at once: also while a clock is behind, and for ever after.
    [InlineData("0w50 50", 50, "Withdrawn Current")]
    [InlineData("0w50 50", 49, "Withdrawn Current")]
    [InlineData("0w50 50", 500, "Withdrawn Current")]
    // The successor of a withdrawn key lets the one before it leave in time, and not come back.
    [InlineData("0 100w150 150", 150, "Retired Withdrawn Current")]
    [InlineData("0 100w110 110", 114, "Retiring Withdrawn Current")]
    [InlineData("0 100w110 110", 115, "Retired Withdrawn Current")]
    [InlineData("0 100w110 110", 109, "Retiring Withdrawn Current")]
    // Withdrawn before its turn it took over from nobody.
    [InlineData("0 100w90", 200, "Current Withdrawn")]
    [InlineData("0 100w90 300", 200, "Current Withdrawn Next")]
    // An emergency between a key and the one that was published to follow it.
    [InlineData("0 100 40", 50, "Retiring Next Current")]
    [InlineData("0 100 40", 100, "Retired Current Retiring")]
    [InlineData("0w50", 60, "Withdrawn")]
    public void A_state_follows_from_the_times(string keys, int now, string states)
    {
        var timeline = Timeline(keys);

        Assert.Equal(states, string.Join(' ', timeline.Keys.Select(key => timeline.StateOf(key, At(now)))));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("0 100")]
    [InlineData("0 100 200 300")]
    [InlineData("0w50 50 200")]
    [InlineData("0 100w150 150")]
    public void At_every_time_one_key_signs_and_it_is_published(string keys)
    {
        var timeline = Timeline(keys);

        Assert.All(Enumerable.Range(-10, 500), minute =>
        {
            var current = Assert.Single(timeline.Keys, key => timeline.StateOf(key, At(minute)) == SigningKeyState.Current);
            Assert.True(timeline.IsPublished(current, At(minute)));
            Assert.Same(current, timeline.CurrentAt(At(minute)));
        });
    }

    [Fact]
    public void A_key_that_can_be_needed_is_never_removed()
    {
        var timeline = Timeline("0 100 200w210 210 300");
        var week = (int)SigningKeyTimeline.KeptAfterPublication.TotalMinutes;

        Assert.Equal([], Removable(0));
        Assert.Equal([], Removable(114 + week));
        Assert.Equal([1], Removable(115 + week));
        Assert.Equal([1, 3], Removable(210 + week));
        // A clock that is far ahead knows no better: of those that are not withdrawn the newest two stay.
        Assert.Equal([1, 2, 3], Removable(1_000_000));

        IEnumerable<int> Removable(int minute) => timeline.Keys.Where(key => timeline.IsRemovable(key, At(minute))).Select(key => key.Generation);
    }

    [Fact]
    public void A_key_outlives_the_longest_token_that_any_setting_allows() =>
        Assert.True(SigningKeyTimeline.PublishedAfterUse >= TimeSpan.FromMinutes(10) + TimeSpan.FromMinutes(1));

    private static DateTimeOffset At(int minute) => Start.AddMinutes(minute);

    /// <summary>Keys by the minute from which they sign, and the one at which they were withdrawn.</summary>
    private static SigningKeyTimeline Timeline(string keys) => new(keys.Split(' ').Select((text, index) =>
    {
        var times = text.Split('w').Select(minute => At(int.Parse(minute, System.Globalization.CultureInfo.InvariantCulture))).ToList();
        return new ServerSigningKey
        {
            Generation = index + 1,
            KeyId = $"key-{index + 1}",
            Algorithm = "ES256",
            ProtectedKey = "",
            PublishedAt = times[0],
            SignsFrom = times[0],
            WithdrawnAt = times.Count > 1 ? times[1] : null,
        };
    }));
}
