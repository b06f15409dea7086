using System.Net;
using System.Text.Json;

using B2BAssertions.Jose;
using B2BAssertions.PartnerClient.Flow;
using B2BAssertions.PartnerClient.Http;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.Token;

/// <summary>
/// Reads the authorization server's metadata: RFC 8414, else OpenID Connect Discovery. Not by Duende.IdentityModel's discovery, which
/// fetches the server's keys as well; this client never checks the server's signatures.
/// </summary>
internal sealed class IssuerMetadataClient(
    HttpClient http,
    Requests requests,
    IOptions<PartnerClientOptions> options,
    IConfiguration configuration)
{
    private const string Setting = $"{PartnerClientOptions.Section}:{nameof(PartnerClientOptions.Issuer)}";

    private string Issuer => options.Value.Issuer;

    public async Task<Outcome<IssuerMetadata>> GetAsync(CancellationToken cancellationToken)
    {
        var address = WellKnownAddress.OfAuthorizationServer(Issuer);
        var answer = await requests.GetAsync(http, address, cancellationToken);
        if (answer.Status is >= HttpStatusCode.BadRequest && !answer.IsTransient)
        {
            address = OpenIdAddress(Issuer);
            answer = await requests.GetAsync(http, address, cancellationToken);
        }

        if (!answer.IsSuccess && answer.IsTransient)
        {
            return FlowFailures.Unavailable(FlowSteps.Token, address, Setting, answer);
        }

        return answer is { IsSuccess: true, Json: { } json } ? Read(address, json) : Unreadable(address, answer.Description);
    }

    /// <summary>OpenID Connect Discovery §4: the well-known part comes after the path.</summary>
    private static string OpenIdAddress(string issuer) => $"{issuer.TrimEnd('/')}/.well-known/openid-configuration";

    private Outcome<IssuerMetadata> Read(string address, JsonElement json)
    {
        var metadata = new IssuerMetadata(json.GetOptionalString("issuer") ?? "", json.GetOptionalString("token_endpoint") ?? "");
        if (metadata is { Issuer: "" } or { TokenEndpoint: "" })
        {
            return Unreadable(address, "answered without issuer or token_endpoint");
        }

        var failure = CheckIssuer(metadata, address) ?? CheckTokenEndpoint(metadata, address);
        return failure is null ? metadata : failure;
    }

    /// <summary>RFC 8414 §3.3: identical to the one that was asked for, else another server speaks for it.</summary>
    private FlowFailure? CheckIssuer(IssuerMetadata metadata, string address) => metadata.Issuer == Issuer ? null : new(
        FlowSteps.Token,
        "issuer_mismatch",
        $"The metadata at {address} names another issuer than '{Issuer}'.",
        $"Set {Setting} to the issuer exactly as the API owner states it, trailing slash included.",
        IsPermanent: true);

    /// <summary>RFC 6749 §3.2: TLS, and no fragment; an assertion goes nowhere else.</summary>
    private FlowFailure? CheckTokenEndpoint(IssuerMetadata metadata, string address)
    {
        var isSound = Uri.TryCreate(metadata.TokenEndpoint, UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && HttpAddress.IsHttpAllowed(configuration)))
            && uri.Fragment.Length == 0
            && uri.UserInfo.Length == 0;
        return isSound ? null : new(
            FlowSteps.Token,
            "token_endpoint_insecure",
            $"The metadata at {address} names a token endpoint that is no absolute https address.",
            $"Tell the API owner. On one machine, {SettingNames.AllowHttp}=true accepts plain http.",
            IsPermanent: true);
    }

    private static FlowFailure Unreadable(string address, string what) => new(
        FlowSteps.Token,
        "metadata_unreadable",
        $"{address} {what}: expected the authorization server's metadata.",
        $"Check that {Setting} is the address of the authorization server.",
        IsPermanent: false);
}
