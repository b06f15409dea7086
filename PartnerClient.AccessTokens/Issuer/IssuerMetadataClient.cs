using System.Text.Json;

using B2BAssertions.Jose;
using B2BAssertions.PartnerClient.AccessTokens.Http;
using B2BAssertions.PartnerClient.AccessTokens.Settings;
using B2BAssertions.PartnerClient.AccessTokens.Token;

using Duende.IdentityModel;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.AccessTokens.Issuer;

/// <summary>Reads the authorization server's metadata: RFC 8414, else OpenID Connect Discovery.</summary>
internal sealed class IssuerMetadataClient(
    Exchange exchange, TokenFailures failures, IOptions<AccessTokenOptions> options, SettingNames names)
{
    private const string MetadataUnreadable = "metadata_unreadable";

    private string Setting => names.Of(nameof(AccessTokenOptions.Issuer));

    private string Issuer => options.Value.Issuer;

    public async Task<Outcome<IssuerMetadata>> GetAsync(CancellationToken stop, CancellationToken limit)
    {
        var (first, isAnswered) = await ReadAsync(WellKnownAddress.OfAuthorizationServer(Issuer), stop, limit);
        if (!isAnswered || first.Failure is not { } failure)
        {
            return first;
        }

        // RFC 8414 §5: what is there instead of metadata says nothing about the other place.
        var (second, _) = await ReadAsync(OpenIdAddress(Issuer), stop, limit);
        return second.Failure is { } other ? Both(failure, other) : second;
    }

    /// <summary>OpenID Connect Discovery §4: the well-known part comes after the path.</summary>
    private static string OpenIdAddress(string issuer) => $"{issuer.TrimEnd('/')}/.well-known/openid-configuration";

    /// <summary>The failure that tells more: of a document that may not be used, else of a server in distress, else the second.</summary>
    private static AccessTokenFailure Both(AccessTokenFailure first, AccessTokenFailure second)
    {
        var telling = new[] { first, second }.MinBy(failure => failure switch
        {
            { IsPermanent: true } => 0,
            { Code: not MetadataUnreadable } => 1,
            _ => 2,
        })!;
        return telling with { Message = $"{first.Message} {second.Message}" };
    }

    /// <returns>With it, whether the server is there at all and has time for a second question.</returns>
    private async Task<(Outcome<IssuerMetadata> Outcome, bool IsAnswered)> ReadAsync(string address, CancellationToken stop, CancellationToken limit)
    {
        var answer = await exchange.GetAsync(address, stop, limit);
        var outcome = answer switch
        {
            { IsSuccess: false, IsTransient: true } => failures.Unavailable(address, answer),
            { IsSuccess: true, Json: { } json } => Read(address, json),
            { IsSuccess: true, Packing: null } => Unreadable(address, $"{answer.Description} without a JSON object"),
            _ => Unreadable(address, answer.Description),
        };
        return (outcome, answer is { Status: not null, IsTooMany: false });
    }

    private Outcome<IssuerMetadata> Read(string address, JsonElement json)
    {
        var metadata = new IssuerMetadata(
            json.GetOptionalString(OidcConstants.Discovery.Issuer) ?? "", json.GetOptionalString(OidcConstants.Discovery.TokenEndpoint) ?? "");
        if (metadata is { Issuer: "" } or { TokenEndpoint: "" })
        {
            return Unreadable(address, "answered without issuer or token_endpoint");
        }

        var failure = CheckIssuer(metadata, address) ?? CheckTokenEndpoint(metadata, address);
        return failure is null ? metadata : failure;
    }

    /// <summary>RFC 8414 §3.3: identical to the one that was asked for, else another server speaks for it.</summary>
    private AccessTokenFailure? CheckIssuer(IssuerMetadata metadata, string address) => metadata.Issuer == Issuer ? null : TokenFailures.Permanent(
        "issuer_mismatch",
        $"The metadata at {address} names another issuer than '{Issuer}'.",
        $"Set {Setting} to the issuer exactly as the API owner states it, trailing slash included.");

    /// <summary>RFC 6749 §3.2: TLS, and no fragment; an assertion goes nowhere else.</summary>
    private AccessTokenFailure? CheckTokenEndpoint(IssuerMetadata metadata, string address)
    {
        var isSound = Uri.TryCreate(metadata.TokenEndpoint, UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && options.Value.AllowHttp))
            && uri.Fragment.Length == 0
            && uri.UserInfo.Length == 0;
        return isSound ? null : TokenFailures.Permanent(
            "token_endpoint_insecure",
            $"The metadata at {address} names a token endpoint that is no absolute https address.",
            "Tell the API owner. On one machine, AllowHttp=true accepts plain http.");
    }

    private AccessTokenFailure Unreadable(string address, string what) => TokenFailures.Temporary(
        MetadataUnreadable,
        $"{address} {what}: expected the authorization server's metadata.",
        $"Check that {Setting} is the address of the authorization server.");
}
