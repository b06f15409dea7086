using B2BAssertions.AuthorizationServer.Apis;
using B2BAssertions.AuthorizationServer.ClientAssertion;
using B2BAssertions.AuthorizationServer.Clients;
using B2BAssertions.Jose;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Options;

namespace B2BAssertions.AuthorizationServer;

/// <summary>Names each setting at fault and what is expected there.</summary>
internal sealed class AuthorizationServerOptionsValidator(IConfiguration configuration) : IValidateOptions<AuthorizationServerOptions>
{
    private const string Section = AuthorizationServerOptions.Section;

    public ValidateOptionsResult Validate(string? name, AuthorizationServerOptions options)
    {
        var failures = Issuer(options)
            .Concat(AccessToken(options))
            .Concat(Assertion(options.ClientAssertion))
            .Concat(ApiOptionsValidator.Validate($"{Section}:Apis", [.. options.Apis]))
            .Concat(new ClientOptionsValidator(options.KnownScopes, configuration).Validate($"{Section}:Clients", [.. options.Clients]))
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
            yield return $"{Section}:SigningAlgorithm is '{options.SigningAlgorithm}': expected {string.Join(" or ", SigningAlgorithm.All)}.";
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
}
