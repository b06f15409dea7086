using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

using B2BAssertions.Jose;
using B2BAssertions.PartnerClient.Flow;
using B2BAssertions.PartnerClient.Http;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.Enrolment;

/// <summary>The key registry, as one partner sees it.</summary>
internal sealed class RegistryClient(HttpClient http, Requests requests, IOptions<PartnerClientOptions> options)
{
    public const string Setting = $"{PartnerClientOptions.Section}:{nameof(PartnerClientOptions.JwksService)}";

    private readonly string _partner = $"{Trim(options)}/partners/{Uri.EscapeDataString(options.Value.ClientId)}";

    /// <summary>Base address, without a trailing slash: the audience of proofs.</summary>
    public string Address { get; } = Trim(options);

    public string JwksUri => $"{_partner}/.well-known/jwks";

    public string KeysUri => $"{_partner}/keys";

    /// <summary>The partner's published keys; none when the registry does not know the partner.</summary>
    public async Task<Outcome<JwkSet>> GetJwksAsync(string step, CancellationToken cancellationToken)
    {
        var answer = await requests.GetAsync(http, JwksUri, cancellationToken);
        if (answer.Status == HttpStatusCode.NotFound)
        {
            return JwkSet.Empty;
        }

        if (!answer.IsSuccess && answer.IsTransient)
        {
            return FlowFailures.Unavailable(step, JwksUri, Setting, answer);
        }

        return answer is { IsSuccess: true, Json: { } json } && JwkSet.TryRead(json, out var set, out _)
            ? set
            : new FlowFailure(
                step,
                "jwks_unreadable",
                $"{JwksUri} {answer.Description}, and not with a JWK Set.",
                $"Check that {Setting} is the address of the key registry.",
                IsPermanent: false);
    }

    /// <summary>Registers the first key (KR-07).</summary>
    /// <returns>Null when the registry took it.</returns>
    public async Task<FlowFailure?> EnrolAsync(PublicJwk key, string proof, string enrolmentToken, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, KeysUri);
        request.Headers.Authorization = new AuthenticationHeaderValue(BearerToken.Scheme, enrolmentToken);
        request.Content = JsonContent.Create(new JsonObject { ["key"] = key.ToJson(), ["proof"] = proof });

        var answer = await requests.SendAsync(http, request, cancellationToken);
        if (answer.Status == HttpStatusCode.Created)
        {
            return null;
        }

        return answer.IsTransient
            ? FlowFailures.Unavailable(FlowSteps.Enrolment, KeysUri, Setting, answer)
            : EnrolmentFailures.Refused(KeysUri, answer, key.KeyId);
    }

    private static string Trim(IOptions<PartnerClientOptions> options) => options.Value.JwksService.TrimEnd('/');
}
