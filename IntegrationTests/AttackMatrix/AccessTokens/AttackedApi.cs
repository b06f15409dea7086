using B2BAssertions.IntegrationTests.AuthorizationServerTests;
using B2BAssertions.IntegrationTests.OrdersApiTests;
using B2BAssertions.IntegrationTests.ResourceServerTests;
using B2BAssertions.Jose;
using B2BAssertions.ServiceDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.AttackMatrix.AccessTokens;

/// <summary>The one Orders API that every row attacks, a foreign issuer, and the attacker's server.</summary>
public sealed class AttackedApi : IAsyncLifetime
{
    /// <summary>The one that shows that the foreign issuer would be there for whoever asked it.</summary>
    internal const int OwnRequestsToForeign = 1;

    private OrdersSystem? _system;
    private TestIssuer? _foreign;
    private AttackersServer? _attackersServer;

    internal OrdersSystem System => _system!;

    /// <summary>A sound authorization server, but not the one that the API trusts.</summary>
    internal TestIssuer Foreign => _foreign!;

    internal AttackersServer AttackersServer => _attackersServer!;

    /// <summary>The partner's own key, good for assertions at the issuer.</summary>
    internal AssertionMaker Partner { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        _system = await OrdersSystem.StartAsync();
        _foreign = await TestIssuer.StartAsync();
        using var client = new HttpClient();
        await client.GetStringAsync($"{Foreign.Address}/.well-known/oauth-authorization-server");
        Assert.Equal(OwnRequestsToForeign, Foreign.MetadataRequests);
        _attackersServer = await AttackersServer.StartAsync(PublicJwk.FromKey(System.Issuer.RsaKey).KeyId);
        Partner = new AssertionMaker(_attackersServer.Key, SystemSettings.PartnerClientId, System.Issuer.Address, System.Time);
    }

    public async ValueTask DisposeAsync()
    {
        await System.DisposeAsync();
        await Foreign.DisposeAsync();
        await AttackersServer.DisposeAsync();
    }
}

/// <summary>One API for all classes of the matrix: their rows run one after the other, so that each finds its own lines in the log.</summary>
[CollectionDefinition]
public sealed class OneAttackedApi : ICollectionFixture<AttackedApi>;
