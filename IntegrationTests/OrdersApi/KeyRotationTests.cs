using System.Security.Cryptography;
using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.ResourceServerTests;
using B2BAssertions.Jose;

using Xunit;

namespace B2BAssertions.IntegrationTests.OrdersApiTests;

/// <summary>
/// The issuer changes its keys: no valid token is ever called invalid, and no withdrawn key works longer than it may, whatever anyone else
/// sends meanwhile.
/// </summary>
[Trait("Rule", "RS-09")]
public sealed class KeyRotationTests : IAsyncLifetime
{
    private const string NotReadYet = "token_key_not_read_yet";

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan NearlyFresh = TimeSpan.FromSeconds(290);
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);

    private readonly ECDsa _next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private OrdersSystem _system = null!;

    private PublicJwk OldKey => PublicJwk.FromKey(_system.Issuer.EcKey);

    private PublicJwk NextKey => PublicJwk.FromKey(_next);

    /// <summary>The keys are read, and may be read again.</summary>
    public async ValueTask InitializeAsync()
    {
        _system = await OrdersSystem.StartAsync();
        Assert.Equal((200, null), await SendAsync(OldToken()));
        _system.Time.Advance(Pause);
    }

    public async ValueTask DisposeAsync()
    {
        await _system.DisposeAsync();
        _next.Dispose();
    }

    [Fact]
    public async Task A_whole_rotation_refuses_no_valid_token()
    {
        _system.Issuer.Published = [OldKey, NextKey];
        Assert.Equal((200, null), await SendAsync(OldToken()));
        Assert.Equal((200, null), await SendAsync(NextToken()));
        Assert.Equal((200, null), await SendAsync(OldToken()));

        // The last token of the old key is dead, and the key is gone.
        _system.Issuer.Published = [NextKey];
        _system.Time.Advance(Fresh);
        Assert.Equal((200, null), await SendAsync(NextToken()));
        Assert.Equal((401, "token_invalid"), await SendAsync(OldToken()));
    }

    [Fact]
    public async Task The_first_tokens_of_a_new_key_share_one_reading_and_are_all_accepted()
    {
        _system.Issuer.Published = [OldKey, NextKey];

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SendAsync(NextToken())));

        Assert.All(answers, answer => Assert.Equal((200, null), answer));
        Assert.Equal(2, _system.Issuer.MetadataRequests);
    }

    [Fact]
    public async Task The_first_token_of_a_new_key_right_after_a_made_up_one_is_told_to_come_again()
    {
        Assert.Equal((401, "token_invalid"), await SendAsync(MadeUpToken()));
        _system.Issuer.Published = [OldKey, NextKey];
        _system.Time.Advance(Second);

        var tooSoon = await _system.GetAsync("/orders", NextToken());

        Assert.Equal((503, NotReadYet, "5"), (tooSoon.Status, tooSoon.Code, tooSoon.RetryAfter));
        Assert.Null(tooSoon.Challenge);
        Assert.Equal(2, _system.Issuer.MetadataRequests);
        _system.Time.Advance(Pause - Second);
        Assert.Equal((200, null), await SendAsync(NextToken()));
    }

    [Fact]
    public async Task A_flood_of_made_up_keys_never_has_a_new_key_refused_and_never_floods_the_issuer()
    {
        var answers = new List<(int Status, string? Code)>();
        for (var second = 0; second < 20; second++)
        {
            await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => SendAsync(MadeUpToken())));
            if (second == 7)
            {
                _system.Issuer.Published = [OldKey, NextKey];
            }

            if (second >= 7)
            {
                answers.Add(await SendAsync(NextToken()));
            }

            _system.Time.Advance(Second);
        }

        // Told to come again until the next reading, which is 5 seconds away at most, and from then on accepted.
        Assert.Equal(Enumerable.Repeat((503, (string?)NotReadYet), answers.Count(answer => answer.Status == 503)), answers.Where(answer => answer.Status != 200));
        Assert.InRange(answers.TakeWhile(answer => answer.Status == 503).Count(), 1, 5);
        Assert.All(answers.SkipWhile(answer => answer.Status == 503), answer => Assert.Equal((200, null), answer));
        Assert.Equal(1 + 4, _system.Issuer.MetadataRequests);
    }

    [Fact]
    public async Task A_reading_that_began_before_a_token_came_decides_nothing_about_it()
    {
        using var gate = new IssuerGate(_system.Issuer);
        var madeUp = SendAsync(MadeUpToken());
        await gate.ReachedAsync(2);
        _system.Time.Advance(Second);
        var genuine = SendAsync(NextToken());
        gate.Open();

        Assert.Equal((401, "token_invalid"), await madeUp);
        Assert.Equal((503, NotReadYet), await genuine);
    }

    [Fact]
    public async Task A_token_older_than_the_reading_is_decided_at_once()
    {
        await SendAsync(MadeUpToken());
        _system.Time.Advance(Second);

        Assert.Equal((401, "token_invalid"), await SendAsync(_system.Token().SignedBy(_next).Make()));
        Assert.Equal(2, _system.Issuer.MetadataRequests);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("1780315200.5")]
    public async Task A_token_that_does_not_say_when_it_was_issued_is_not_taken_for_old(string? issuedAt)
    {
        await SendAsync(MadeUpToken());
        _system.Time.Advance(Second);
        var token = _system.Token().SignedBy(_next);
        token.Claims.Remove("iat");
        if (issuedAt is not null)
        {
            token.Claims["iat"] = JsonNode.Parse(issuedAt);
        }

        Assert.Equal((503, NotReadYet), await SendAsync(token.Make()));
    }

    [Fact]
    public async Task While_the_issuer_is_away_a_new_key_is_not_called_invalid()
    {
        _system.Issuer.Published = [OldKey, NextKey];
        _system.Issuer.IsDown = true;

        Assert.Equal((503, "authorization_server_unavailable"), await SendAsync(NextToken()));
        Assert.Equal((200, null), await SendAsync(OldToken()));

        _system.Issuer.IsDown = false;
        _system.Time.Advance(Pause);
        Assert.Equal((200, null), await SendAsync(NextToken()));
    }

    [Fact]
    [Trait("Rule", "RS-02")]
    public async Task A_withdrawn_key_stops_working_in_time_also_in_a_flood_of_made_up_keys()
    {
        _system.Issuer.Published = [NextKey];

        // Each second a made-up key, and so a reading every five: the withdrawn key does not outlast the first of them.
        Assert.Equal((401, "token_invalid"), await SendAsync(MadeUpToken()));
        for (var second = 0; second < 10; second++)
        {
            Assert.Equal(401, (await SendAsync(_system.Token().Make())).Status);
            _system.Time.Advance(Second);
            await SendAsync(MadeUpToken());
        }
    }

    [Fact]
    [Trait("Rule", "RS-02")]
    public async Task A_withdrawn_key_does_not_work_while_a_slow_issuer_is_asked()
    {
        _system.Issuer.Published = [NextKey];
        _system.Time.Advance(Fresh);
        using var gate = new IssuerGate(_system.Issuer);

        var withdrawn = SendAsync(OldToken());
        await gate.ReachedAsync(2);
        _system.Time.Advance(Second);
        Assert.False(withdrawn.IsCompleted);
        gate.Open();

        Assert.Equal((401, "token_invalid"), await withdrawn);
    }

    [Fact]
    public async Task Keys_are_read_again_before_they_are_old_and_nobody_waits_for_it()
    {
        _system.Time.Advance(NearlyFresh - Pause);
        using var gate = new IssuerGate(_system.Issuer);

        Assert.Equal((200, null), await SendAsync(OldToken()));
        await gate.ReachedAsync(2);
        gate.Open();
    }

    private string OldToken() => Issued(_system.Token());

    private string NextToken() => Issued(_system.Token().SignedBy(_next));

    private string MadeUpToken()
    {
        var token = _system.Token();
        token.Header["kid"] = Guid.NewGuid().ToString();
        return Issued(token);
    }

    /// <summary>Issued this second.</summary>
    private string Issued(AccessTokenMaker token)
    {
        token.Claims["iat"] = _system.Time.GetUtcNow().ToUnixTimeSeconds();
        return token.Make();
    }

    private async Task<(int Status, string? Code)> SendAsync(string token)
    {
        var answer = await _system.GetAsync("/orders?limit=1", token);
        return (answer.Status, answer.Code);
    }
}
