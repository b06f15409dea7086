using System.Globalization;
using System.Net;
using System.Text.Json;

using B2BAssertions.Jose;
using B2BAssertions.PartnerClient.Enrolment;
using B2BAssertions.PartnerClient.Flow;
using B2BAssertions.PartnerClient.Http;
using B2BAssertions.PartnerClient.KeyPair;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.Token;

/// <summary>Reads the answer to a token request (RFC 6749 §5.1, §5.2).</summary>
internal sealed class TokenAnswer(PartnerKeySource keys, RegistryClient registry, IOptions<PartnerClientOptions> options)
{
    /// <summary>RFC 6749 §5.1 leaves expires_in out at will: then the token is used for a short while only.</summary>
    private static readonly TimeSpan UnstatedLifetime = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan MaxLifetime = TimeSpan.FromDays(1);

    public Outcome<AccessToken> Read(
        IssuerMetadata metadata, DateTimeOffset requestedAt, HttpStatusCode status, TimeSpan? retryAfter, string body)
    {
        var isObject = StrictJson.TryParse(body, out var json) && json.ValueKind == JsonValueKind.Object;
        var answer = new Answer(status, isObject ? json : null, Unreachable: null, retryAfter);
        var endpoint = metadata.TokenEndpoint;
        if (answer.IsTransient)
        {
            return FlowFailures.Unavailable(FlowSteps.Token, endpoint, TokenFailures.IssuerSetting, answer);
        }

        if (status >= HttpStatusCode.BadRequest)
        {
            return Refused(endpoint, answer);
        }

        return status == HttpStatusCode.OK && isObject
            ? ReadToken(metadata, requestedAt, json)
            : TokenFailures.Unreadable(endpoint, $"{answer.Description}, and not as a token endpoint does");
    }

    private FlowFailure Refused(string endpoint, Answer answer) =>
        TokenFailures.Refused(endpoint, answer.CodeIn("error") ?? answer.Description, keys.Key.Kid, registry.JwksUri);

    private Outcome<AccessToken> ReadToken(IssuerMetadata metadata, DateTimeOffset requestedAt, JsonElement json)
    {
        if (json.GetOptionalString("access_token") is not { } token || !BearerToken.IsSound(token))
        {
            return TokenFailures.Unreadable(metadata.TokenEndpoint, "answered without a sound access token");
        }

        // RFC 6749 §5.1: the type is case-insensitive.
        if (!string.Equals(json.GetOptionalString("token_type"), BearerToken.Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return TokenFailures.WrongType(metadata.TokenEndpoint);
        }

        // RFC 6749 §5.1: a scope that is not stated is the one that was asked for.
        var asked = options.Value.Scope;
        var granted = json.GetOptionalString("scope") ?? asked;
        return asked.Split(' ').Except(granted.Split(' ')).Any()
            ? TokenFailures.ScopeNotGranted(metadata.TokenEndpoint, asked)
            : new AccessToken
            {
                Value = token,
                Scope = granted,
                Issuer = metadata.Issuer,
                RequestedAt = requestedAt,
                Lifetime = ReadLifetime(json),
            };
    }

    /// <summary>Seconds; as a text of digits too, which some servers send.</summary>
    private static TimeSpan ReadLifetime(JsonElement json)
    {
        if (!json.TryGetProperty("expires_in", out var value)
            || !int.TryParse(value.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || seconds == 0)
        {
            return UnstatedLifetime;
        }

        var lifetime = TimeSpan.FromSeconds(seconds);
        return lifetime < MaxLifetime ? lifetime : MaxLifetime;
    }
}
