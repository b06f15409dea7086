using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

using B2BAssertions.Jose;
using B2BAssertions.PartnerClient.Enrolment;
using B2BAssertions.PartnerClient.Flow;
using B2BAssertions.PartnerClient.Http;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.Rotation;

/// <summary>What a partner does with its own keys at the registry, by its access token (KR-07).</summary>
internal sealed class RegistryKeys(HttpClient http, Requests requests, RegistryClient registry, IOptions<PartnerClientOptions> options)
{
    /// <summary>Of 500 keys each: a registry that always names a next page must not keep the client going for ever.</summary>
    private const int MaxPages = 50;

    private const string FirstPage = "?limit=500";

    private readonly string _keys = $"{registry.Address}/partners/{Uri.EscapeDataString(options.Value.ClientId)}/keys";

    /// <summary>The audience of proofs.</summary>
    public string Address => registry.Address;

    public string JwksUri => registry.JwksUri;

    public async Task<Outcome<IReadOnlyList<RegistryKey>>> ListAsync(string token, CancellationToken cancellationToken)
    {
        var keys = new List<RegistryKey>();
        var query = FirstPage;
        for (var pages = 0; query is not null; pages++)
        {
            var answer = await SendAsync(HttpMethod.Get, _keys + query, token, body: null, cancellationToken);
            if (!answer.IsSuccess)
            {
                return FailureOf(_keys, answer);
            }

            if (pages == MaxPages || !TryReadPage(answer.Json, out var page, out query))
            {
                return RotationFailures.Unreadable(_keys, answer);
            }

            keys.AddRange(page);
        }

        return Outcome<IReadOnlyList<RegistryKey>>.From(keys);
    }

    /// <param name="notThere">The failure when the registry does not list the key.</param>
    public async Task<Outcome<RegistryKey>> FindAsync(string kid, string token, FlowFailure notThere, CancellationToken cancellationToken) =>
        (await ListAsync(token, cancellationToken)).IsFailure(out var failure, out var keys)
            ? failure
            : keys.FirstOrDefault(key => key.Kid == kid) is { } found ? found : notThere;

    public async Task<Outcome<RegistryKey>> SubmitAsync(PublicJwk key, string proof, string token, CancellationToken cancellationToken)
    {
        var body = new JsonObject { ["key"] = key.ToJson(), ["proof"] = proof };
        var answer = await SendAsync(HttpMethod.Post, _keys, token, body, cancellationToken);
        return !answer.IsSuccess
            ? FailureOf(_keys, answer)
            : answer.Json is { } json && RegistryKey.Read(json) is { } registered ? registered : RotationFailures.Unreadable(_keys, answer);
    }

    /// <returns>Null when the key is to leave; so it is when it was retired before, or is gone.</returns>
    public async Task<FlowFailure?> RetireAsync(string kid, string token, CancellationToken cancellationToken)
    {
        var address = $"{_keys}/{Uri.EscapeDataString(kid)}/retire";
        var answer = await SendAsync(HttpMethod.Post, address, token, new JsonObject(), cancellationToken);
        return answer.IsSuccess || answer.ProblemCode is RotationFailures.KeyState or RotationFailures.KeyUnknown
            ? null
            : FailureOf(address, answer);
    }

    /// <summary>What everyone reads, the authorization server too; needs no token.</summary>
    public async Task<Outcome<PublishedKeys>> GetPublishedAsync(CancellationToken cancellationToken)
    {
        var answer = await requests.GetAsync(http, JwksUri, cancellationToken);
        return !answer.IsSuccess
            ? FailureOf(JwksUri, answer)
            : answer.Json is { } json && JwkSet.TryRead(json, out var set, out _)
                ? new PublishedKeys([.. set.Keys.Select(key => key.KeyId)], answer.MaxAge)
                : RotationFailures.Unreadable(JwksUri, answer);
    }

    /// <param name="next">The query of the next page; null when this is the last. The rest of its address does not count: the token goes nowhere else.</param>
    private static bool TryReadPage(JsonElement? json, out List<RegistryKey> read, out string? next)
    {
        (read, next) = ([], null);
        if (json is not { } list || !list.TryGetProperty("keys", out var keys) || keys.ValueKind != JsonValueKind.Array)
        {
            return false;
        }

        read = [.. keys.EnumerateArray().Select(RegistryKey.Read).OfType<RegistryKey>()];
        if (list.GetOptionalString("next") is { } address)
        {
            var start = address.IndexOf('?', StringComparison.Ordinal);
            next = start < 0 ? null : address[start..];
        }

        return read.Count == keys.GetArrayLength() && (next is null) == (list.GetOptionalString("next") is null);
    }

    private static FlowFailure FailureOf(string address, Answer answer) => answer.IsTransient
        ? FlowFailures.Unavailable(RotationFailures.Step, address, RegistryClient.Setting, answer)
        : RotationFailures.Refused(address, answer);

    private async Task<Answer> SendAsync(HttpMethod method, string address, string token, JsonObject? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, address);
        request.Headers.Authorization = new AuthenticationHeaderValue(BearerToken.Scheme, token);
        request.Content = body is null ? null : JsonContent.Create(body);
        return await requests.SendAsync(http, request, cancellationToken);
    }
}
