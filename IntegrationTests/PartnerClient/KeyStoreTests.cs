using System.Security.Cryptography;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.Hosting.Tokens;
using B2BAssertions.KeyFiles;
using B2BAssertions.PartnerClient;
using B2BAssertions.PartnerClient.KeyPair;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

using Xunit;

namespace B2BAssertions.IntegrationTests.PartnerClientTests;

/// <summary>What every place for private keys does alike.</summary>
[Trait("Rule", "PC-03")]
public abstract class KeyStoreTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private protected PartnerClientOptions Settings { get; } = new() { Algorithm = "ES256", KeyPassword = KeyFileMaker.Password };

    private protected abstract IKeyStore Store { get; }

    private protected DataDirectory Folder => new(_directory.Path);

    private protected KeyPassword Password => new(Options.Create(Settings), Folder, NullLogger<KeyPassword>.Instance);

    private string Name => Store.ConfiguredName;

    public void Dispose()
    {
        (Store as IDisposable)?.Dispose();
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void A_key_is_made_once()
    {
        Assert.False(Store.Exists(Name));
        Assert.True(Store.Create(Name));
        Assert.True(Store.Exists(Name));
        using var key = Store.Open(Name);

        Assert.False(Store.Create(Name));

        using var same = Store.Open(Name);
        Assert.Equal(key.Kid, same.Kid);
        Assert.Contains(Name, Store.Describe(Name), StringComparison.Ordinal);
    }

    [Fact]
    public void Several_keys_live_side_by_side()
    {
        Store.Create(Name);
        Store.Create(Store.NameWith("2"));

        using var first = Store.Open(Name);
        using var second = Store.Open(Store.NameWith("2"));
        Assert.NotEqual(first.Kid, second.Kid);
    }

    [Fact]
    public void An_archived_key_is_no_longer_found_and_is_not_lost()
    {
        Store.Create(Name);
        using var key = Store.Open(Name);

        Store.Archive(Name, Store.NameWith("archived"));

        Assert.False(Store.Exists(Name));
        Assert.Throws<StartupException>(() => Store.Open(Name));
        using var archived = Store.Open(Store.NameWith("archived"));
        Assert.Equal(key.Kid, archived.Kid);
    }

    [Fact]
    public void No_key_is_archived_over_another()
    {
        Store.Create(Name);
        Store.Create(Store.NameWith("archived"));
        using var before = Store.Open(Store.NameWith("archived"));

        Assert.Throws<StartupException>(() => Store.Archive(Name, Store.NameWith("archived")));

        using var after = Store.Open(Store.NameWith("archived"));
        Assert.Equal(before.Kid, after.Kid);
        Assert.True(Store.Exists(Name));
    }

    [Fact]
    public void An_erased_key_is_gone_and_erasing_it_again_is_no_fault()
    {
        Store.Create(Name);

        Store.Erase(Name);
        Store.Erase(Name);

        Assert.False(Store.Exists(Name));
    }

    [Fact]
    public void A_key_of_another_kind_than_the_settings_name_is_not_opened()
    {
        Store.Create(Name);
        Settings.Algorithm = "PS256";
        var store = Anew();
        using var end = store as IDisposable;

        var exception = Assert.Throws<StartupException>(() => store.Open(Name));

        Assert.Contains("another kind", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>Another one with the settings as they are now, on the same keys.</summary>
    private protected abstract IKeyStore Anew();
}

public abstract class KeyFileStoreTests : KeyStoreTests
{
    private readonly Lazy<IKeyStore> _store;

    protected KeyFileStoreTests(string store)
    {
        Settings.KeyStore = store;
        _store = new Lazy<IKeyStore>(Anew);
    }

    private protected override IKeyStore Store => _store.Value;

    [Fact]
    public void A_key_that_was_made_elsewhere_is_put_in_once()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        Assert.True(Store.Import("mine.key", key));
        Assert.False(Store.Import("mine.key", other));

        using var opened = Store.Open("mine.key");
        Assert.Equal(B2BAssertions.Jose.PublicJwk.FromKey(key).Thumbprint, opened.Kid);
    }

    [Theory]
    [InlineData("../elsewhere")]
    [InlineData("/etc/passwd")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    public void A_name_does_not_lead_out_of_the_folder(string name)
    {
        Assert.Throws<ArgumentException>(() => Store.Open(name));
        Assert.Throws<ArgumentException>(() => Store.Erase(name));
        Assert.Throws<ArgumentException>(() => Store.Archive(Store.ConfiguredName, name));
    }

    private protected override IKeyStore Anew() =>
        new KeyFileStore(Options.Create(Settings), Folder, Password, TimeProvider.System, NullLogger<KeyFileStore>.Instance);
}

public sealed class KeyStoreTestsOnPkcs8() : KeyFileStoreTests("pkcs8");

public sealed class KeyStoreTestsOnPkcs12() : KeyFileStoreTests("pkcs12");

public sealed class KeyStoreTestsOnPkcs11 : KeyStoreTests
{
    private readonly Lazy<IKeyStore> _store;

    public KeyStoreTestsOnPkcs11()
    {
        var token = SoftHsm.NewToken().WithPin();
        Settings.KeyStore = "pkcs11";
        Settings.Pkcs11 = new Pkcs11Options { Library = SoftHsm.Library!, TokenLabel = token.Label, PinFile = token.PinFile };
        _store = new Lazy<IKeyStore>(Anew);
    }

    private protected override IKeyStore Store => _store.Value;

    [Fact]
    public void A_key_that_was_made_elsewhere_does_not_come_into_a_token()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        var exception = Assert.Throws<StartupException>(() => Store.Import("mine", key));

        Assert.Contains("is made there", exception.Message, StringComparison.Ordinal);
        Assert.False(Store.Exists("mine"));
    }

    private protected override IKeyStore Anew() =>
        new TokenKeyStore(Options.Create(Settings), Folder, NullLogger<TokenKeyStore>.Instance);
}
