using System.Security.Cryptography;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.Hosting.Tokens;
using B2BAssertions.Jose;
using B2BAssertions.Pkcs11Keys;

using Xunit;

namespace B2BAssertions.IntegrationTests.Pkcs11KeysTests;

/// <summary>A library that ends and begins anew under those who use it. A copy of SoftHSM's: the other tests of this process use the original.</summary>
[Trait("Rule", "PC-03")]
public sealed class TokenReloadTests : IDisposable
{
    private const int Signers = 20;
    private const int Reloads = 10;
    private const string Label = "partner-key";

    private readonly byte[] _hash = SHA256.HashData("to be signed"u8);
    private readonly TemporaryDirectory _directory = new();
    private readonly TokenSettings _settings;

    public TokenReloadTests()
    {
        var settings = SoftHsm.NewToken().WithPin().Settings;
        _settings = settings with { Library = _directory.FileNamed("libsofthsm2.so") };
        File.Copy(settings.Library, _settings.Library);
    }

    public void Dispose() => _directory.Dispose();

    /// <summary>Two owners of one library: a reload of one is a reload under the other.</summary>
    [Fact]
    public void Nothing_in_flight_fails_while_the_library_is_loaded_anew()
    {
        using var keys = new TokenKeys(_settings);
        using var others = new TokenKeys(_settings);
        keys.CreateIfMissing(Label, SigningAlgorithm.ES256, rsaBits: 2048);
        using var key = (ECDsa)keys.Open(Label, SigningAlgorithm.ES256);
        using var same = (ECDsa)others.Open(Label, SigningAlgorithm.ES256);
        using var signing = new CountdownEvent(Signers);
        using var done = new CancellationTokenSource();
        var failures = new string?[Signers];
        var signers = Enumerable.Range(0, Signers).Select(number => new Thread(() =>
        {
            failures[number] = SignUntil(number % 2 == 0 ? key : same, signing, done.Token);
        })).ToList();
        signers.ForEach(signer => signer.Start());
        signing.Wait(TestContext.Current.CancellationToken);

        for (var reload = 0; reload < Reloads; reload++)
        {
            keys.Reload();
            Assert.True(key.VerifyHash(_hash, key.SignHash(_hash)));
        }

        done.Cancel();
        signers.ForEach(signer => signer.Join());
        Assert.All(failures, Assert.Null);
        Assert.InRange(keys.IdleSessions, 1, _settings.MaxSessions);
    }

    /// <summary>Who took the key before a rotation signs with it after, under its label of then.</summary>
    [Fact]
    public void A_former_key_that_was_relabelled_signs_on_after_a_reload()
    {
        using var keys = new TokenKeys(_settings);
        keys.CreateIfMissing(Label, SigningAlgorithm.ES256, rsaBits: 2048);
        using var former = (ECDsa)keys.Open(Label, SigningAlgorithm.ES256);
        keys.Rename(Label, "retired");
        keys.CreateIfMissing(Label, SigningAlgorithm.ES256, rsaBits: 2048);
        using var next = (ECDsa)keys.Open(Label, SigningAlgorithm.ES256);

        keys.Reload();

        Assert.True(former.VerifyHash(_hash, former.SignHash(_hash)));
        Assert.True(next.VerifyHash(_hash, next.SignHash(_hash)));
        Assert.False(next.VerifyHash(_hash, former.SignHash(_hash)));
    }

    [Fact]
    public void A_library_that_does_not_begin_again_is_told_and_loaded_with_the_next_use()
    {
        using var keys = new TokenKeys(_settings);
        Assert.False(keys.Exists(Label));
        var aside = _directory.FileNamed("aside.so");
        File.Move(_settings.Library, aside);

        Assert.Contains("there is no file", Assert.Throws<TokenException>(keys.Reload).Message, StringComparison.Ordinal);
        Assert.Contains("there is no file", Assert.Throws<TokenException>(() => keys.Exists(Label)).Message, StringComparison.Ordinal);

        File.Move(aside, _settings.Library);
        Assert.False(keys.Exists(Label));
    }

    [Fact]
    public void Two_names_of_one_file_are_one_library()
    {
        var link = _directory.FileNamed("link.so");
        File.CreateSymbolicLink(link, _settings.Library);

        Assert.Same(TokenModule.At(_settings.Library), TokenModule.At(link));
    }

    /// <returns>What failed; null when nothing has.</returns>
    private string? SignUntil(ECDsa key, CountdownEvent signing, CancellationToken done)
    {
        var isFirst = true;
        while (!done.IsCancellationRequested)
        {
            try
            {
                if (!key.VerifyHash(_hash, key.SignHash(_hash)))
                {
                    return "a signature that does not verify";
                }
            }
            catch (CryptographicException exception)
            {
                return exception.Message;
            }
            finally
            {
                if (isFirst)
                {
                    isFirst = false;
                    signing.Signal();
                }
            }
        }

        return null;
    }
}
