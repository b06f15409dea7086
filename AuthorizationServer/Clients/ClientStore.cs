using System.Text.Json;

using B2BAssertions.AuthorizationServer.Database;

using OpenIddict.Abstractions;

namespace B2BAssertions.AuthorizationServer.Clients;

/// <summary>Clients in OpenIddict's store; what OpenIddict has no column for is kept in its application properties.</summary>
internal sealed class ClientStore(IOpenIddictApplicationManager applications, AuthorizationDbContext database)
{
    private const string JwksUri = "jwks_uri";
    private const string AllowedAlgorithms = "token_endpoint_auth_signing_algs";
    private const string Audience = "audience";

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
            new Uri(properties[JwksUri].GetString()!),
            properties[AllowedAlgorithms].Deserialize<string[]>()!,
            properties[Audience].GetString()!);
    }

    /// <summary>Makes the store hold these clients and no others, at once: a replica that starts beside this one waits for its turn.</summary>
    public async Task ReplaceAllAsync(IEnumerable<ClientOptions> clients, CancellationToken cancellationToken)
    {
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
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

    private static OpenIddictApplicationDescriptor Describe(ClientOptions client)
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
                [JwksUri] = JsonSerializer.SerializeToElement(client.JwksUri),
                [AllowedAlgorithms] = JsonSerializer.SerializeToElement(client.EffectiveAlgorithms),
                [Audience] = JsonSerializer.SerializeToElement(client.Audience),
            },
        };
        descriptor.Permissions.UnionWith(client.Scopes.Select(scope => OpenIddictConstants.Permissions.Prefixes.Scope + scope));
        return descriptor;
    }
}
