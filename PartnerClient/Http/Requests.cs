using System.Text.Json;

using B2BAssertions.Jose;
using B2BAssertions.OutgoingHttp;
using B2BAssertions.PartnerClient.AccessTokens;

using Polly;
using Polly.Timeout;

namespace B2BAssertions.PartnerClient.Http;

/// <summary>Sends requests that end: in an answer, or in a reason why there is none.</summary>
internal sealed class Requests(TimeProvider time)
{
    /// <summary>For one request, from connecting to the last byte of the answer.</summary>
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(10);

    /// <summary>For one answer; what is longer is cut off and counts as unreadable.</summary>
    public const int MaxBodyBytes = 1024 * 1024;

    public async Task<Answer> SendAsync(HttpClient http, HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var limit = StartTimeLimit(cancellationToken);
        try
        {
            using var response = await http.SendAsync(request, limit.Token);
            var packing = RequestHeaders.PackingOf(response.Content.Headers);
            var json = packing is null ? await ReadJsonAsync(response.Content, limit.Token) : null;
            return new Answer(response.StatusCode, json, Unreachable: null, response.Headers.RetryAfter?.Delta, response.Headers.CacheControl?.MaxAge)
            {
                Packing = packing,
                IsChallenged = response.Headers.WwwAuthenticate.Count > 0,
            };
        }
        catch (Exception exception) when (DescribeFailure(exception, cancellationToken) is not null)
        {
            return Answer.None(DescribeFailure(exception, cancellationToken)!);
        }
    }

    public async Task<Answer> GetAsync(HttpClient http, string address, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        return await SendAsync(http, request, cancellationToken);
    }

    /// <summary>The handlers' limits end with the headers of an answer: this one also ends a body that never does.</summary>
    public RequestTimeLimit StartTimeLimit(CancellationToken cancellationToken) => new(time, cancellationToken);

    /// <summary>Why no answer came, to stand after an address in a sentence; null when the exception is none of the network's.</summary>
    public static string? DescribeFailure(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        AccessTokenUnavailableException => null,
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "cannot be reached (its name is unknown)",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "has no TLS certificate that is trusted here",
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => "sent an answer that is too long",
        HttpRequestException { HttpRequestError: var error } => $"cannot be reached ({error})",
        IOException => "broke the connection",
        TimeoutRejectedException => "did not answer in time",
        ExecutionRejectedException => "failed too often of late and is left alone for some seconds",
        OperationCanceledException when !cancellationToken.IsCancellationRequested => "did not answer in time",
        _ => null,
    };

    private static async Task<JsonElement?> ReadJsonAsync(HttpContent content, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentType?.MediaType is not { } type || !type.EndsWith("json", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var body = await content.ReadAsByteArrayAsync(cancellationToken);
        return StrictJson.TryParse(body, out var json) && json.ValueKind == JsonValueKind.Object ? json : null;
    }
}
