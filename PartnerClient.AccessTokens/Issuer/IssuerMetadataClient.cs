using System.Net;
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
    private string Setting => names.Of(nameof(AccessTokenOptions.Issuer));

    private string Issuer => options.Value.Issuer;

    public async Task<Outcome<IssuerMetadata>> GetAsync(CancellationToken stop, CancellationToken limit)
    {
        var address = WellKnownAddress.OfAuthorizationServer(Issuer);
        var answer = await exchange.GetAsync(address, stop, limit);
        if (answer.Status is >= HttpStatusCode.BadRequest && !answer.IsTransient)
        {
            address = OpenIdAddress(Issuer);
            answer = await exchange.GetAsync(address, stop, limit);
        }

        if (!answer.IsSuccess && answer.IsTransient)
        {
            return failures.Unavailable(address, answer);
        }

        return answer is { IsSuccess: true, Json: { } json } ? Read(address, json) : Unreadable(address, answer.Description);
    }

    /// <summary>OpenID Connect Discovery §4: the well-known part comes after the path.</summary>
    private static string OpenIdAddress(string issuer) => $"{issuer.TrimEnd('/')}/.well-known/openid-configuration";

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
        "metadata_unreadable",
        $"{address} {what}: expected the authorization server's metadata.",
        $"Check that {Setting} is the address of the authorization server.");
}
