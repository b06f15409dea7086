using System.Collections.Immutable;
using System.Text.Json;

using B2BAssertions.AuthorizationServer.ClientAssertion;
using B2BAssertions.AuthorizationServer.Database;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

using OpenIddict.Abstractions;

namespace B2BAssertions.AuthorizationServer.Clients;

/// <summary>Clients in OpenIddict's store; what OpenIddict has no column for is kept in its application properties.</summary>
internal sealed class ClientStore(
    IOpenIddictApplicationManager applications,
    AuthorizationDbContext database,
    IOptions<AuthorizationServerOptions> options)
{
    private const string JwksUri = "jwks_uri";
    private const string Jwks = "jwks";
    private const string AllowedAlgorithms = "token_endpoint_auth_signing_algs";
    private const string AssertionOverrides = "client_assertion";
    private const string ScopePermission = OpenIddictConstants.Permissions.Prefixes.Scope;

    public async Task<RegisteredClient?> FindAsync(string clientId, CancellationToken cancellationToken)
    {
        var application = await applications.FindByClientIdAsync(clientId, cancellationToken);
        if (application is null)
        {
            return null;
        }

        var properties = await applications.GetPropertiesAsync(application, cancellationToken);
        return new RegisteredClient(
            clientId,
            ReadKeys(properties),
            properties[AllowedAlgorithms].Deserialize<string[]>()!,
            ReadScopes(await applications.GetPermissionsAsync(application, cancellationToken)),
            ReadRules(properties));
    }

    /// <summary>Makes the store hold these clients and no others, at once: a replica that starts beside this one waits for its turn.</summary>
    public async Task ReplaceAllAsync(IEnumerable<ClientOptions> clients, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        if (database is PostgreSqlAuthorizationDbContext)
        {
            // SQLite has one writer at a time anyway. Here two would add the same client, and one of the servers would not start.
            await database.Database.ExecuteSqlAsync($"""LOCK TABLE "OpenIddictApplications" IN SHARE ROW EXCLUSIVE MODE""", cancellationToken);
        }

        var wanted = clients.ToDictionary(client => client.ClientId, StringComparer.Ordinal);
        foreach (var application in await applications.ListAsync(cancellationToken: cancellationToken).ToListAsync(cancellationToken))
        {
            var clientId = await applications.GetClientIdAsync(application, cancellationToken) ?? "";
            if (wanted.Remove(clientId, out var client))
            {
                await applications.UpdateAsync(application, Describe(client), cancellationToken);
            }
            else
            {
                await applications.DeleteAsync(application, cancellationToken);
            }
        }

        foreach (var client in wanted.Values)
        {
            await applications.CreateAsync(Describe(client), cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private OpenIddictApplicationDescriptor Describe(ClientOptions client)
    {
        var descriptor = new OpenIddictApplicationDescriptor
        {
            ClientId = client.ClientId,
            ClientType = OpenIddictConstants.ClientTypes.Confidential,
            Permissions =
            {
                OpenIddictConstants.Permissions.Endpoints.Token,
                OpenIddictConstants.Permissions.GrantTypes.ClientCredentials,
            },
            Properties =
            {
                [AllowedAlgorithms] = JsonSerializer.SerializeToElement(client.AlgorithmsOr(options.Value.ClientAssertion)),
                [AssertionOverrides] = JsonSerializer.SerializeToElement(client.ClientAssertion),
            },
        };
        WriteKeys(client.Keys, descriptor.Properties);
        descriptor.Permissions.UnionWith(client.Scopes.Select(scope => ScopePermission + scope));
        return descriptor;
    }

    private static void WriteKeys(ClientKeys keys, Dictionary<string, JsonElement> properties)
    {
        switch (keys)
        {
            case ClientKeys.Published published:
                properties[JwksUri] = JsonSerializer.SerializeToElement(published.JwksUri.OriginalString);
                break;
            case ClientKeys.Inline inline:
                properties[Jwks] = JsonSerializer.SerializeToElement(inline.Jwks.ToJson());
                break;
        }
    }

    private static ClientKeys ReadKeys(ImmutableDictionary<string, JsonElement> properties) => properties.TryGetValue(Jwks, out var jwks)
        ? ClientKeys.Inline.Parse(jwks.GetRawText())
        : new ClientKeys.Published(new Uri(properties[JwksUri].GetString()!));

    /// <summary>A replica of an older version, which starts beside this one, writes no overrides.</summary>
    private AssertionRules ReadRules(ImmutableDictionary<string, JsonElement> properties)
    {
        var own = properties.TryGetValue(AssertionOverrides, out var json) ? json.Deserialize<ClientAssertionOverrides>()! : new();
        return own.Over(options.Value.ClientAssertion);
    }

    private static string[] ReadScopes(IEnumerable<string> permissions) =>
    [
        .. permissions
            .Where(permission => permission.StartsWith(ScopePermission, StringComparison.Ordinal))
            .Select(permission => permission[ScopePermission.Length..]),
    ];
}
