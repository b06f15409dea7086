using System.Security.Cryptography;
using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.AuthorizationServerTests;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.Jose;

using Microsoft.Extensions.Time.Testing;

using Xunit;

namespace B2BAssertions.IntegrationTests.AttackMatrix;

/// <summary>
/// The one authorization server that every row attacks. Its issuer has a host name, so that spellings of an address can be told apart.
/// Clients A (PS256) and B (ES256) are the victims; what rows with odd keys need is there as a client of its own.
/// </summary>
public sealed class AttackedServer : IAsyncLifetime
{
    internal const string Issuer = "https://issuer.example";

    internal const string TokenEndpoint = $"{Issuer}/token";

    /// <summary>The kid that two clients name their keys by, each its own.</summary>
    internal const string SharedKeyId = "2026-06";

    private readonly JwksServer[] _jwks = new JwksServer[3];
    private TokenEndpointFixture? _fixture;
    private AttackersServer? _attackersServer;

    internal AssertionMaker A { get; private set; } = null!;

    internal AssertionMaker B { get; private set; } = null!;

    /// <summary>Two more clients, whose keys have the same kid; both may sign with PS256 and ES256.</summary>
    internal AssertionMaker One { get; private set; } = null!;

    internal AssertionMaker Other { get; private set; } = null!;

    /// <summary>A client whose JWK Set holds what it should not.</summary>
    internal OddKeys Odd { get; private set; } = null!;

    /// <summary>Says to be client A, with a key of its own.</summary>
    internal AssertionMaker Attacker { get; private set; } = null!;

    internal AttackersServer AttackersServer => _attackersServer!;

    internal FakeTimeProvider Time => _fixture!.Time;

    internal RunningService Server => _fixture!.Server;

    /// <summary>How often client A's keys were fetched.</summary>
    internal int FetchesOfA => _fixture!.JwksA.Requests;

    public async ValueTask InitializeAsync()
    {
        var one = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var other = RSA.Create(2048);
        _jwks[0] = await JwksServer.StartAsync();
        _jwks[1] = await JwksServer.StartAsync();
        _jwks[2] = await JwksServer.StartAsync();
        _fixture = await TokenEndpointFixture.StartAsync(
            [
                ("AuthorizationServer:Issuer", Issuer),
                .. Client(3, "client-one", _jwks[0]),
                .. Client(4, "client-other", _jwks[1]),
                .. Client(5, OddKeys.ClientId, _jwks[2]),
            ]);
        A = new AssertionMaker(_fixture.MakerA.Key, TokenEndpointFixture.ClientA, Issuer, Time);
        B = new AssertionMaker(_fixture.MakerB.Key, TokenEndpointFixture.ClientB, Issuer, Time);
        One = new AssertionMaker(one, "client-one", Issuer, Time);
        Other = new AssertionMaker(other, "client-other", Issuer, Time);
        Odd = new OddKeys(Issuer, Time);
        _jwks[0].Keys = [Named(one, SharedKeyId)];
        _jwks[1].Keys = [Named(other, SharedKeyId)];
        _jwks[2].Keys = Odd.Published();
        _attackersServer = await AttackersServer.StartAsync(A.KeyId);
        Attacker = new AssertionMaker(AttackersServer.Key, TokenEndpointFixture.ClientA, Issuer, Time);
    }

    public async ValueTask DisposeAsync()
    {
        await _fixture!.DisposeAsync();
        await AttackersServer.DisposeAsync();
        foreach (var server in _jwks)
        {
            await server.DisposeAsync();
        }
    }

    internal async Task<AttackAnswer> SendAsync(HttpRequestMessage request)
    {
        using var response = await Server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        return await AttackAnswer.ReadAsync(response);
    }

    internal StoredRows CountStored() => StoredRows.Of(Server);

    internal static JsonObject Named(AsymmetricAlgorithm key, string keyId)
    {
        var jwk = PublicJwk.FromKey(key).ToJson();
        jwk["kid"] = keyId;
        return jwk;
    }

    private static IEnumerable<(string Name, string Value)> Client(int index, string clientId, JwksServer jwks) =>
    [
        ($"AuthorizationServer:Clients:{index}:ClientId", clientId),
        ($"AuthorizationServer:Clients:{index}:JwksUri", jwks.JwksUri),
        ($"AuthorizationServer:Clients:{index}:AllowedAlgorithms:0", "PS256"),
        ($"AuthorizationServer:Clients:{index}:AllowedAlgorithms:1", "ES256"),
        ($"AuthorizationServer:Clients:{index}:Scopes:0", "read"),
    ];
}

/// <summary>One server for all classes of the matrix: their rows run one after the other, so that each finds its own lines in the log.</summary>
[CollectionDefinition]
public sealed class OneAttackedServer : ICollectionFixture<AttackedServer>;
