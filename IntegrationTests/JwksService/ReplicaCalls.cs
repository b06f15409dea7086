using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.ResourceServerTests;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>Requests to one of several replicas of the registry.</summary>
internal static class ReplicaCalls
{
    public static Task<ApiAnswer> SubmitAsync(this HttpClient replica, Submission submission) =>
        replica.SendAsync(HttpMethod.Post, $"/partners/{submission.ClientId}/keys", submission.Token, submission.ToBody());

    public static async Task<ApiAnswer> SendAsync(
        this HttpClient replica,
        HttpMethod method,
        string path,
        string? token,
        JsonNode? body = null,
        string? traceparent = null)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        request.Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        if (traceparent is not null)
        {
            request.Headers.Add("traceparent", traceparent);
        }

        using var response = await replica.SendAsync(request, TestContext.Current.CancellationToken);
        return await ApiAnswer.ReadAsync(response);
    }

    /// <summary>The kids of the partner's key set.</summary>
    public static async Task<IReadOnlyList<string>> GetKidsAsync(this HttpClient replica, string clientId)
    {
        var body = await replica.GetStringAsync($"/partners/{clientId}/.well-known/jwks", TestContext.Current.CancellationToken);
        return [.. JsonNode.Parse(body)!["keys"]!.AsArray().Select(key => (string)key!["kid"]!)];
    }

    /// <summary>All records of the partner's trail, oldest first.</summary>
    public static async Task<IReadOnlyList<JsonNode>> GetAuditAsync(this HttpClient replica, string clientId, string operatorToken)
    {
        var records = new List<JsonNode>();
        for (var page = $"/partners/{clientId}/audit"; page is not null;)
        {
            var answer = await replica.SendAsync(HttpMethod.Get, page, operatorToken);
            Assert.Equal(200, answer.Status);
            records.AddRange(answer.Body!["records"]!.AsArray()!);
            page = (string?)answer.Body["next"];
        }

        return records;
    }

    public static void AssertNoErrorIsLogged(this RunningService replica) => Assert.DoesNotContain(
        replica.Logs.Lines,
        line => line.StartsWith("Error ", StringComparison.Ordinal) || line.StartsWith("Critical ", StringComparison.Ordinal));
}
