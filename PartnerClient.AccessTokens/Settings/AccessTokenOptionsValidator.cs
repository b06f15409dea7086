using B2BAssertions.OutgoingHttp;

using Duende.IdentityModel;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.AccessTokens.Settings;

/// <summary>Every fault of the options at once, each naming its setting and what is expected.</summary>
/// <param name="needsKeyFile">Whether the key comes from the file of the options; asked late, because a source may be added later.</param>
internal sealed class AccessTokenOptionsValidator(SettingNames names, Func<bool> needsKeyFile) : IValidateOptions<AccessTokenOptions>
{
    private const int MaxClientIdLength = 200;

    /// <summary>Sent by this library itself, or no way to authenticate here.</summary>
    private static readonly string[] ReservedParameters =
    [
        OidcConstants.TokenRequest.GrantType,
        OidcConstants.TokenRequest.ClientId,
        OidcConstants.TokenRequest.ClientAssertion,
        OidcConstants.TokenRequest.ClientAssertionType,
        OidcConstants.TokenRequest.ClientSecret,
        OidcConstants.TokenRequest.Scope,
        OidcConstants.TokenRequest.Resource,
    ];

    public ValidateOptionsResult Validate(string? name, AccessTokenOptions options)
    {
        string?[] checks =
        [
            CheckClientId(options),
            CheckAddress(nameof(options.Issuer), options.Issuer, options, isRequired: true),
            CheckAddress(nameof(options.TokenEndpoint), options.TokenEndpoint, options, isRequired: false),
            CheckScope(options),
            CheckResource(options),
            CheckOneOf(
                nameof(options.AssertionAudience),
                options.AssertionAudience,
                AccessTokenOptions.AudienceIssuer,
                AccessTokenOptions.AudienceTokenEndpoint),
            CheckOneOf(
                nameof(options.AssertionType),
                options.AssertionType,
                AccessTokenOptions.TypeClientAuthentication,
                AccessTokenOptions.TypeJwt,
                AccessTokenOptions.TypeAbsent),
            CheckTime(nameof(options.AssertionLifetime), options.AssertionLifetime, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(300)),
            CheckTime(nameof(options.RequestTimeout), options.RequestTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5)),
            CheckUserAgent(options),
            .. options.TokenRequestParameters.Keys.Select(CheckParameter),
            .. needsKeyFile() ? CheckKeyFile(options) : [],
        ];
        var faults = checks.OfType<string>().ToArray();
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    /// <summary>RFC 6749 §A.1: a client id is printable ASCII.</summary>
    private string? CheckClientId(AccessTokenOptions options) => options.ClientId switch
    {
        null or "" => $"{names.Of(nameof(options.ClientId))} is missing: expected the client id that the API owner gave you.",
        { Length: > MaxClientIdLength } => $"{names.Of(nameof(options.ClientId))} is longer than {MaxClientIdLength} characters.",
        { } id when id.Any(character => character is < ' ' or > '~') =>
            $"{names.Of(nameof(options.ClientId))} holds a character outside printable ASCII.",
        _ => null,
    };

    /// <summary>RFC 8414 §2, RFC 6749 §3.2: TLS, no fragment; and nothing that could hold a secret.</summary>
    private string? CheckAddress(string option, string? value, AccessTokenOptions options, bool isRequired)
    {
        if (string.IsNullOrWhiteSpace(value))
        {
            return isRequired ? $"{names.Of(option)} is missing: expected an absolute https address." : null;
        }

        if (!Uri.TryCreate(value, UriKind.Absolute, out var uri)
            || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp)
            || uri.Query.Length > 0 || uri.Fragment.Length > 0 || uri.UserInfo.Length > 0)
        {
            // The value stays out: it may hold a password (PC-07).
            return $"{names.Of(option)} is wrong: expected an absolute https address without user name, query or fragment.";
        }

        return uri.Scheme == Uri.UriSchemeHttp && !options.AllowHttp
            ? $"{names.Of(option)} is '{value}': expected https. Plain http needs AllowHttp, meant for one machine only."
            : null;
    }

    /// <summary>RFC 6749 §3.3: printable ASCII without quotes and backslashes, separated by single spaces.</summary>
    private string? CheckScope(AccessTokenOptions options) =>
        string.IsNullOrEmpty(options.Scope) || options.Scope.Split(' ').All(scope => scope.Length > 0 && scope.All(IsScopeCharacter))
            ? null
            : $"{names.Of(nameof(options.Scope))} is '{options.Scope}': expected scopes separated by single spaces, such as 'read'.";

    private static bool IsScopeCharacter(char character) => character is > ' ' and <= '~' and not '"' and not '\\';

    /// <summary>RFC 8707 §2.</summary>
    private string? CheckResource(AccessTokenOptions options) =>
        string.IsNullOrEmpty(options.Resource)
        || (Uri.TryCreate(options.Resource, UriKind.Absolute, out var uri) && uri.Fragment.Length == 0 && !options.Resource.StartsWith('/'))
            ? null
            : $"{names.Of(nameof(options.Resource))} is wrong: expected an absolute address without fragment.";

    private string? CheckOneOf(string option, string? value, params string[] accepted) =>
        accepted.Contains(value, StringComparer.Ordinal)
            ? null
            : $"{names.Of(option)} is '{value}': expected {string.Join(" or ", accepted)}.";

    private string? CheckTime(string option, TimeSpan value, TimeSpan least, TimeSpan most) =>
        value >= least && value <= most && value.Ticks % TimeSpan.TicksPerSecond == 0
            ? null
            : $"{names.Of(option)} is {value}: expected whole seconds from {least} to {most} (days.hours:minutes:seconds).";

    private string? CheckUserAgent(AccessTokenOptions options) =>
        string.IsNullOrEmpty(options.UserAgent) || RequestHeaders.IsUserAgent(options.UserAgent)
            ? null
            : $"{names.Of(nameof(options.UserAgent))} is '{options.UserAgent}': expected products, such as 'Partner/1.0' (RFC 9110 §10.1.5).";

    private string? CheckParameter(string parameter) =>
        parameter.Length > 0 && !ReservedParameters.Contains(parameter, StringComparer.OrdinalIgnoreCase)
            ? null
            : $"{names.Of(nameof(AccessTokenOptions.TokenRequestParameters))} names '{parameter}': expected another parameter than those "
                + "that are sent anyway or are secrets.";

    private IEnumerable<string?> CheckKeyFile(AccessTokenOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.KeyFile))
        {
            yield return $"{names.Of(nameof(options.KeyFile))} is missing: expected the file with the encrypted private key, or another "
                + $"{nameof(ISigningKeySource)} in the container.";
        }

        if (string.IsNullOrEmpty(options.KeyPassword) == string.IsNullOrWhiteSpace(options.KeyPasswordFile))
        {
            yield return $"{names.Of(nameof(options.KeyPasswordFile))}, {names.Of(nameof(options.KeyPassword))}: expected one of them.";
        }
    }
}
