using B2BAssertions.AuthorizationServer.Apis;
using B2BAssertions.AuthorizationServer.ClientAssertion;
using B2BAssertions.AuthorizationServer.Clients;
using B2BAssertions.AuthorizationServer.RateLimits;
using B2BAssertions.AuthorizationServer.SigningKeys;
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
            .Concat(ClientAssertionOptionsValidator.Validate($"{Section}:ClientAssertion", options.ClientAssertion))
            .Concat(RateLimits(options.RateLimits))
            .Concat(SigningKeyOptionsValidator.Validate(options))
            .Concat(ApiOptionsValidator.Validate($"{Section}:Apis", [.. options.Apis]))
            .Concat(new ClientOptionsValidator(options, configuration).Validate($"{Section}:Clients", [.. options.Clients]))
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

        if (options.AccessTokenLifetime < TimeSpan.FromMinutes(1) || options.AccessTokenLifetime > AuthorizationServerOptions.MaxAccessTokenLifetime)
        {
            yield return $"{Section}:AccessTokenLifetime is {options.AccessTokenLifetime}: expected 00:01:00 to 00:10:00.";
        }
    }

    private static IEnumerable<string> RateLimits(RateLimitOptions options) => options.All
        .Select(limit => RateLimitSettings.Validate($"{Section}:RateLimits:{limit.Setting}", limit.PerMinute))
        .OfType<string>();
}
