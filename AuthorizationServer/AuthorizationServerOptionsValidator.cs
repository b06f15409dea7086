using B2BAssertions.AuthorizationServer.ClientAssertion;
using B2BAssertions.AuthorizationServer.Clients;
using B2BAssertions.AuthorizationServer.Database;
using B2BAssertions.Jose;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Options;

namespace B2BAssertions.AuthorizationServer;

/// <summary>Names each setting at fault and what is expected there.</summary>
internal sealed class AuthorizationServerOptionsValidator(IConfiguration configuration) : IValidateOptions<AuthorizationServerOptions>
{
    private const string Section = AuthorizationServerOptions.Section;

    private static readonly string AlgorithmNames = string.Join(" or ", SigningAlgorithm.All);

    public ValidateOptionsResult Validate(string? name, AuthorizationServerOptions options)
    {
        var failures = Issuer(options)
            .Concat(AccessToken(options))
            .Concat(Assertion(options.ClientAssertion))
            .Concat(options.Clients.SelectMany((client, index) => Client($"{Section}:Clients:{index}", client)))
            .Concat(UniqueClients(options.Clients))
            .ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private IEnumerable<string> Issuer(AuthorizationServerOptions options)
    {
        if (HttpAddress.Validate($"{Section}:Issuer", options.Issuer, configuration) is { } failure)
        {
            yield return failure;
        }
        else if (new Uri(options.Issuer).GetLeftPart(UriPartial.Authority) != options.Issuer)
        {
            yield return $"{Section}:Issuer is '{options.Issuer}': expected scheme, host and port in lower case, without a path or a trailing slash.";
        }
    }

    private static IEnumerable<string> AccessToken(AuthorizationServerOptions options)
    {
        if (!SigningAlgorithm.TryParse(options.SigningAlgorithm, out _))
        {
            yield return $"{Section}:SigningAlgorithm is '{options.SigningAlgorithm}': expected {AlgorithmNames}.";
        }

        if (options.AccessTokenLifetime < TimeSpan.FromMinutes(1) || options.AccessTokenLifetime > TimeSpan.FromMinutes(10))
        {
            yield return $"{Section}:AccessTokenLifetime is {options.AccessTokenLifetime}: expected 00:01:00 to 00:10:00.";
        }
    }

    private static IEnumerable<string> Assertion(ClientAssertionOptions options)
    {
        if (options.MaxLifetime < TimeSpan.FromSeconds(10) || options.MaxLifetime > TimeSpan.FromMinutes(5))
        {
            yield return $"{Section}:ClientAssertion:MaxLifetime is {options.MaxLifetime}: expected 00:00:10 to 00:05:00.";
        }

        if (options.ClockSkew < TimeSpan.Zero || options.ClockSkew > TimeSpan.FromMinutes(1))
        {
            yield return $"{Section}:ClientAssertion:ClockSkew is {options.ClockSkew}: expected 00:00:00 to 00:01:00.";
        }
    }

    private IEnumerable<string> Client(string setting, ClientOptions client)
    {
        if (string.IsNullOrWhiteSpace(client.ClientId) || client.ClientId.Length > UsedAssertion.MaxClientIdLength)
        {
            yield return $"{setting}:ClientId is missing or too long: expected 1 to {UsedAssertion.MaxClientIdLength} characters.";
        }

        if (HttpAddress.Validate($"{setting}:JwksUri", client.JwksUri, configuration) is { } failure)
        {
            yield return failure;
        }

        foreach (var algorithm in client.AllowedAlgorithms.Where(algorithm => !SigningAlgorithm.TryParse(algorithm, out _)))
        {
            yield return $"{setting}:AllowedAlgorithms holds '{algorithm}': expected {AlgorithmNames}.";
        }

        if (client.Scopes.Count == 0 || client.Scopes.Any(scope => scope.Length == 0 || scope.Contains(' ', StringComparison.Ordinal)))
        {
            yield return $"{setting}:Scopes is empty or holds a blank: expected at least one scope, one word each.";
        }

        if (string.IsNullOrWhiteSpace(client.Audience))
        {
            yield return $"{setting}:Audience is missing: expected the identifier of the API that this client's tokens are for.";
        }
    }

    private static IEnumerable<string> UniqueClients(IEnumerable<ClientOptions> clients) => clients
        .GroupBy(client => client.ClientId, StringComparer.Ordinal)
        .Where(group => group.Count() > 1)
        .Select(group => $"{Section}:Clients names the ClientId '{group.Key}' {group.Count()} times: expected once.");
}
