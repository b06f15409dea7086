using System.Text.Json;

using B2BAssertions.CommandLines;
using B2BAssertions.Jose;
using B2BAssertions.OutgoingHttp;

using Duende.IdentityModel.Client;

namespace B2BAssertions.JwksService.Commands;

/// <summary>Sends requests, each once: a person is there to try again.</summary>
internal sealed class HttpExchange : IDisposable
{
    /// <summary>For one request, from connecting to the last byte of the answer.</summary>
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(30);

    /// <summary>For one answer, a page of a list at most.</summary>
    private const int MaxBodyBytes = 4 * 1024 * 1024;

    private const string CheckServer = "Check the address, and that the server runs.";

    private readonly HttpClient _http = new(OutgoingHandler.Create())
    {
        Timeout = TimeLimit,
        MaxResponseContentBufferSize = MaxBodyBytes,
    };

    public HttpExchange() => RequestHeaders.ApplyTo(_http, RequestHeaders.UserAgentOf(nameof(JwksService)));

    /// <exception cref="CommandException">No answer came.</exception>
    public Task<Answer> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        ReadAnswerAsync(request.RequestUri!, () => _http.SendAsync(request, cancellationToken), cancellationToken);

    /// <exception cref="CommandException">No answer came.</exception>
    public Task<Answer> RequestTokenAsync(ClientCredentialsTokenRequest request, CancellationToken cancellationToken) => ReadAnswerAsync(
        new Uri(request.Address!),
        async () =>
        {
            var response = await _http.RequestClientCredentialsTokenAsync(request, cancellationToken);

            // Duende returns what went wrong on the way, except a cancellation.
            return response.HttpResponse ?? throw response.Exception!;
        },
        cancellationToken);

    public async Task<Answer> GetAsync(string address, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        return await SendAsync(request, cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    private static async Task<Answer> ReadAnswerAsync(Uri uri, Func<Task<HttpResponseMessage>> send, CancellationToken cancellationToken)
    {
        var address = uri.GetLeftPart(UriPartial.Path);
        try
        {
            using var response = await send();
            var json = await ReadJsonAsync(response.Content, cancellationToken);
            return new Answer(address, response.StatusCode, json, response.Headers.RetryAfter?.Delta);
        }
        catch (HttpRequestException exception)
        {
            throw Unavailable(address, Describe(exception.HttpRequestError), exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unavailable(address, $"did not answer in {TimeLimit.TotalSeconds:0} seconds. {CheckServer}", exception);
        }
    }

    private static async Task<JsonElement?> ReadJsonAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var body = await content.ReadAsByteArrayAsync(cancellationToken);
        return content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.OrdinalIgnoreCase) == true
            && StrictJson.TryParse(body, out var json)
            && json.ValueKind == JsonValueKind.Object
                ? json
                : null;
    }

    /// <summary>Why no answer came and what to do, to stand behind an address.</summary>
    private static string Describe(HttpRequestError error) => error switch
    {
        HttpRequestError.NameResolutionError => "cannot be reached: its name is unknown. Check the address.",
        HttpRequestError.SecureConnectionError => "speaks no TLS, or has no certificate that is trusted here. Check the address; "
            + "if it is right, let this machine trust the authority that issued the certificate.",
        HttpRequestError.ConfigurationLimitExceeded => "sent an answer that is too long. Check the address.",
        _ => $"cannot be reached ({error}). {CheckServer}",
    };

    private static CommandException Unavailable(string address, string what, Exception exception) =>
        CommandException.Failed("server_unavailable", $"{address} {what}", innerException: exception);
}
