using B2BAssertions.AuthorizationServer.ClientAssertion;
using B2BAssertions.AuthorizationServer.Database;
using B2BAssertions.Jose;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.AuthorizationServer.Clients;

/// <summary>What is wrong with the configured clients, each setting by name.</summary>
internal sealed class ClientOptionsValidator(AuthorizationServerOptions server, IConfiguration configuration)
{
    private readonly IReadOnlySet<string> _knownScopes = server.KnownScopes;

    public IEnumerable<string> Validate(string setting, IReadOnlyCollection<ClientOptions> clients) => clients
        .SelectMany((client, index) => Validate($"{setting}:{index}", client))
        .Concat(UniqueClients(setting, clients));

    private IEnumerable<string> Validate(string setting, ClientOptions client)
    {
        if (string.IsNullOrWhiteSpace(client.ClientId) || client.ClientId.Length > UsedAssertion.MaxClientIdLength)
        {
            yield return $"{setting}:ClientId is missing or too long: expected 1 to {UsedAssertion.MaxClientIdLength} characters.";
        }

        foreach (var failure in Keys(setting, client))
        {
            yield return failure;
        }

        foreach (var failure in ClientAssertionOptionsValidator.Algorithms($"{setting}:AllowedAlgorithms", client.AllowedAlgorithms)
            .Concat(ClientAssertionOptionsValidator.Validate($"{setting}:ClientAssertion", client.ClientAssertion)))
        {
            yield return failure;
        }

        if (client.Scopes.Count == 0)
        {
            yield return $"{setting}:Scopes is empty: expected at least one scope of {AuthorizationServerOptions.Section}:Apis.";
        }

        foreach (var scope in client.Scopes.Where(scope => !_knownScopes.Contains(scope)))
        {
            yield return $"{setting}:Scopes holds '{scope}': expected scopes of {AuthorizationServerOptions.Section}:Apis.";
        }
    }

    /// <summary>RFC 7591 §2: jwks_uri and jwks must not both be there; without either no assertion could ever be checked.</summary>
    private IEnumerable<string> Keys(string setting, ClientOptions client) =>
        (string.IsNullOrWhiteSpace(client.JwksUri), string.IsNullOrWhiteSpace(client.Jwks)) switch
        {
            (true, true) => [$"{setting}:JwksUri and {setting}:Jwks are missing: expected one, the address of the client's JWK Set or the set itself as one JSON text."],
            (false, false) => [$"{setting}:JwksUri and {setting}:Jwks are both set: expected one of them."],
            (false, true) => HttpAddress.Validate($"{setting}:JwksUri", client.JwksUri, configuration) is { } failure ? [failure] : [],
            (true, false) => InlineKeys($"{setting}:Jwks", client),
        };

    /// <summary>Who runs this server wrote the set, so nothing in it is left out in silence. The messages never show the set.</summary>
    private IEnumerable<string> InlineKeys(string setting, ClientOptions client)
    {
        if (!JwkSet.TryParse(client.Jwks, out var set, out var fault))
        {
            return [Refused(setting, fault)];
        }

        var algorithms = client.AlgorithmsOr(server.ClientAssertion);
        return set.Ignored.Select(ignored => Refused(setting, ignored.Fault with { Message = $"{ignored.Name}: {ignored.Fault.Message}" }))
            .Concat(set.Keys
                .GroupBy(key => (key.KeyId, key.Algorithm))
                .Where(group => group.Count() > 1)
                .Select(group => $"{setting} holds {group.Count()} keys with the kid '{group.Key.KeyId}': expected a kid of its own for each."))
            .Concat(set.Keys.Any(key => algorithms.Contains(key.Algorithm.Name))
                ? []
                : [$"{setting} holds no key for {string.Join(" or ", algorithms)}: expected at least one public key that the client may sign with."]);
    }

    private static string Refused(string setting, JwkFault fault) => $"{setting} is refused, {fault.Code}: {fault.Message}";

    private static IEnumerable<string> UniqueClients(string setting, IEnumerable<ClientOptions> clients) => clients
        .GroupBy(client => client.ClientId, StringComparer.Ordinal)
        .Where(group => group.Count() > 1)
        .Select(group => $"{setting} names the ClientId '{group.Key}' {group.Count()} times: expected once.");
}
