using System.Globalization;
using System.Net;
using System.Text.Json;

using B2BAssertions.Jose;
using B2BAssertions.PartnerClient.AccessTokens.Http;
using B2BAssertions.PartnerClient.AccessTokens.Issuer;

using Duende.IdentityModel;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.AccessTokens.Token;

/// <summary>Reads the answer to a token request (RFC 6749 §5.1, §5.2).</summary>
internal sealed class TokenAnswer(TokenFailures failures, IOptions<AccessTokenOptions> options)
{
    /// <summary>RFC 6749 §5.1 leaves expires_in out at will: then the token is used for a short while only.</summary>
    private static readonly TimeSpan UnstatedLifetime = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan MaxLifetime = TimeSpan.FromDays(1);

    public Outcome<AccessToken> Read(IssuerMetadata metadata, string? kid, Answer answer, Moment requested, bool replacesRefused)
    {
        var endpoint = metadata.TokenEndpoint;
        if (answer.IsTransient)
        {
            return failures.Unavailable(endpoint, answer);
        }

        if (answer.Status >= HttpStatusCode.BadRequest)
        {
            return answer.Error is null ? failures.RefusedWithoutCode(endpoint, answer, kid) : failures.Refused(endpoint, answer, kid);
        }

        return answer is { Status: HttpStatusCode.OK, Json: { } json }
            ? ReadToken(metadata, json, requested, replacesRefused)
            : failures.Unreadable(endpoint, $"{answer.Description}, and not as a token endpoint does");
    }

    private Outcome<AccessToken> ReadToken(IssuerMetadata metadata, JsonElement json, Moment requested, bool replacesRefused)
    {
        var endpoint = metadata.TokenEndpoint;
        if (json.GetOptionalString(OidcConstants.TokenResponse.AccessToken) is not { } token || !BearerToken.IsSound(token))
        {
            return failures.Unreadable(endpoint, "answered without a sound access token");
        }

        // RFC 6749 §5.1: the type is case-insensitive.
        if (!string.Equals(json.GetOptionalString(OidcConstants.TokenResponse.TokenType), BearerToken.Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return TokenFailures.WrongType(endpoint);
        }

        // RFC 6749 §5.1: a scope that is not stated is the one that was asked for.
        var asked = string.IsNullOrEmpty(options.Value.Scope) ? null : options.Value.Scope;
        var granted = json.GetOptionalString(OidcConstants.TokenResponse.Scope) ?? asked;
        if (asked is not null && asked.Split(' ').Except(granted!.Split(' ')).Any())
        {
            return failures.ScopeNotGranted(endpoint, asked);
        }

        var lifetime = ReadLifetime(json);
        return new AccessToken(token, granted, metadata.Issuer, requested, lifetime, Random.Shared.NextDouble())
        {
            ReplacesRefused = replacesRefused,
        };
    }

    /// <summary>Seconds; as a text of digits too, which some servers send.</summary>
    private static TimeSpan ReadLifetime(JsonElement json)
    {
        if (!json.TryGetProperty(OidcConstants.TokenResponse.ExpiresIn, out var value)
            || !long.TryParse(value.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || seconds == 0)
        {
            return UnstatedLifetime;
        }

        return TimeSpan.FromSeconds(Math.Min(seconds, (long)MaxLifetime.TotalSeconds));
    }
}
