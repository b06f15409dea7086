using System.Net.Http.Headers;
using System.Text.Json;

using B2BAssertions.Jose;
using B2BAssertions.OutgoingHttp;
using B2BAssertions.PartnerClient.AccessTokens.Keys;

using Duende.IdentityModel.Client;

namespace B2BAssertions.PartnerClient.AccessTokens.Http;

/// <summary>Sends requests that end: in an answer, or in a reason why there is none.</summary>
internal sealed class Exchange(IHttpClientFactory clients, TimeProvider time)
{
    /// <param name="stop">Nobody wants the answer any more.</param>
    /// <param name="limit">The same, or the time is up.</param>
    /// <exception cref="OperationCanceledException">At <paramref name="stop"/> alone.</exception>
    public async Task<Answer> GetAsync(string address, CancellationToken stop, CancellationToken limit)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        return await ReadAnswerAsync(http => http.SendAsync(request, limit), stop, limit);
    }

    /// <inheritdoc cref="GetAsync"/>
    /// <exception cref="SigningKeyUnavailableException">There is no key for the assertion.</exception>
    public Task<Answer> RequestTokenAsync(ClientCredentialsTokenRequest request, CancellationToken stop, CancellationToken limit) => ReadAnswerAsync(
        async http =>
        {
            var response = await http.RequestClientCredentialsTokenAsync(request, limit);

            // Duende returns what went wrong on the way, except a cancellation.
            return response.HttpResponse ?? throw response.Exception!;
        },
        stop,
        limit);

    private async Task<Answer> ReadAnswerAsync(Func<HttpClient, Task<HttpResponseMessage>> send, CancellationToken stop, CancellationToken limit)
    {
        try
        {
            using var http = clients.CreateClient(PartnerAccessTokens.HttpClientName);
            using var response = await send(http);
            var body = await response.Content.ReadAsByteArrayAsync(limit);
            var packing = RequestHeaders.PackingOf(response.Content.Headers);
            return new Answer(response.StatusCode, packing is null ? ReadObject(body) : null, Unreachable: null, ReadRetryAfter(response.Headers.RetryAfter))
            {
                Packing = packing,
                ClockAhead = time.GetUtcNow() - response.Headers.Date,
            };
        }
        catch (Exception exception) when (!stop.IsCancellationRequested && exception is not SigningKeyUnavailableException)
        {
            return Answer.None(Describe(exception));
        }
    }

    /// <summary>Why no answer came. The handlers in between are the application's, so an exception may be of any kind.</summary>
    private static string Describe(Exception exception) => exception switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "cannot be reached (its name is unknown)",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "has no TLS certificate that is trusted here",
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => "sent an answer that is too long",
        HttpRequestException { HttpRequestError: var error } => $"cannot be reached ({error})",
        IOException => "broke the connection",
        OperationCanceledException or TimeoutException => "did not answer in time",
        _ when exception.GetType().Name.Contains("Timeout", StringComparison.Ordinal) => "did not answer in time",
        _ => $"cannot be reached ({exception.GetType().Name})",
    };

    /// <summary>The bytes, not Duende's TokenResponse: that takes the last of repeated members, and needs a charset that .NET knows.</summary>
    private static JsonElement? ReadObject(byte[] body) =>
        StrictJson.TryParse(body, out var json) && json.ValueKind == JsonValueKind.Object ? json : null;

    /// <summary>RFC 9110 §10.2.3: seconds, or a date, which may have passed.</summary>
    private TimeSpan? ReadRetryAfter(RetryConditionHeaderValue? header) =>
        header?.Delta ?? (header?.Date is { } date ? Most(date - time.GetUtcNow(), TimeSpan.Zero) : null);

    private static TimeSpan Most(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
