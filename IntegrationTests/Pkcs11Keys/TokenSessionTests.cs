using System.Security.Cryptography;

using B2BAssertions.IntegrationTests.Hosting.Tokens;
using B2BAssertions.Jose;
using B2BAssertions.Pkcs11Keys;

using Net.Pkcs11Interop.Common;

using Xunit;

namespace B2BAssertions.IntegrationTests.Pkcs11KeysTests;

/// <summary>Many signers at once, and sessions that end under them.</summary>
[Trait("Rule", "PC-03")]
public sealed class TokenSessionTests : IDisposable
{
    private const int Signers = 50;
    private const string Label = "partner-key";

    private readonly byte[] _hash = SHA256.HashData("to be signed"u8);
    private readonly SoftHsmToken _token = SoftHsm.NewToken().WithPin();
    private readonly TokenKeys _keys;
    private readonly ECDsa _key;

    public TokenSessionTests()
    {
        _keys = new TokenKeys(_token.Settings);
        _keys.CreateIfMissing(Label, SigningAlgorithm.ES256, rsaBits: 2048);
        _key = (ECDsa)_keys.Open(Label, SigningAlgorithm.ES256);
    }

    public void Dispose()
    {
        _key.Dispose();
        _keys.Dispose();
    }

    [Fact]
    public void Fifty_signers_at_once_share_the_few_sessions_that_the_settings_allow()
    {
        AssertAllSign(whileTheyDo: () => { });

        // None was lost, so those that lie idle now are all that were ever opened.
        Assert.InRange(_keys.IdleSessions, 1, _token.Settings.MaxSessions);
    }

    [Fact]
    public void Sessions_that_ended_are_replaced_and_the_login_is_made_anew()
    {
        _token.CloseAllSessions();

        AssertSigns();
    }

    [Fact]
    public void A_login_that_ended_is_made_anew()
    {
        _token.LogOut();

        AssertSigns();
    }

    [Fact]
    public void Sessions_may_end_while_fifty_sign() => AssertAllSign(whileTheyDo: _token.CloseAllSessions);

    [Fact]
    public void The_login_ends_with_the_owner_because_all_its_sessions_are_closed()
    {
        AssertAllSign(whileTheyDo: () => { });
        Assert.True(_token.IsLoggedIn);

        _keys.Dispose();

        Assert.False(_token.IsLoggedIn);
    }

    /// <summary>The login tells: it lasts as long as one session of the process is open.</summary>
    [Fact]
    public void One_session_that_ended_leaves_no_other_open_for_ever()
    {
        var token = SoftHsm.NewToken().WithPin();
        using (var sessions = new TokenSessions(token.Settings, new TokenFaults(token.Settings)))
        {
            sessions.Use(_ => sessions.Use(_ => 0));
            Assert.Equal(2, sessions.Idle);
            sessions.Use(session =>
            {
                session.Cryptoki.CloseSession();
                return 0;
            });

            Assert.Empty(sessions.Use(session => session.Find(CKO.CKO_PRIVATE_KEY, Label)));

            Assert.Equal(1, sessions.Idle);
            Assert.True(token.IsLoggedIn);
        }

        Assert.False(token.IsLoggedIn);
    }

    [Fact]
    public void A_change_takes_the_place_of_an_idle_session()
    {
        var token = SoftHsm.NewToken().WithPin();
        var settings = token.Settings with { MaxSessions = 1 };
        using var sessions = new TokenSessions(settings, new TokenFaults(settings));
        sessions.Use(_ => 0);
        Assert.Equal(1, sessions.Idle);

        Assert.Equal(0, sessions.Change(_ => sessions.Idle));
    }

    /// <summary>On threads of their own: signing blocks, and the pool of the tests is not to be drained.</summary>
    private void AssertAllSign(Action whileTheyDo)
    {
        using var first = new CountdownEvent(Signers);
        var signatures = new byte[Signers][][];
        var signers = Enumerable.Range(0, Signers).Select(number => new Thread(() =>
        {
            var one = Sign();
            first.Signal();
            signatures[number] = [one, Sign(), Sign()];
        })).ToList();
        signers.ForEach(signer => signer.Start());
        first.Wait(TestContext.Current.CancellationToken);
        whileTheyDo();
        signers.ForEach(signer => signer.Join());

        Assert.All(signatures.SelectMany(some => some), signature => Assert.True(_key.VerifyHash(_hash, signature)));
    }

    /// <summary>What fails in a thread would end the process; empty is no signature.</summary>
    private byte[] Sign()
    {
        try
        {
            return _key.SignHash(_hash);
        }
        catch (CryptographicException)
        {
            return [];
        }
    }

    private void AssertSigns() => Assert.True(_key.VerifyHash(_hash, _key.SignHash(_hash)));
}
