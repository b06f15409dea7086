using System.Collections.Concurrent;
using System.Diagnostics;

using Microsoft.AspNetCore.Http;

using Xunit;

namespace B2BAssertions.IntegrationTests.PartnerClientTests;

[Trait("Rule", "PC-07")]
public class SecrecyTests
{
    [Fact]
    public async Task No_secret_token_or_assertion_appears_in_logs_traces_or_reports()
    {
        var traces = new ConcurrentQueue<string>();
        using var listener = Listen(traces);
        await using var client = new ClientUnderTest(hasKey: false);

        // Everything: even what the defaults keep quiet.
        client.Settings["Logging:LogLevel:Microsoft"] = "Trace";
        client.Settings["Logging:LogLevel:Polly"] = "Trace";
        client.Settings["Logging:LogLevel:System.Net.Http.HttpClient"] = "Trace";
        await client.RunFirstFlowAsync();
        await RunThroughFailuresAsync(client);
        var firstLogs = client.Service.Logs;
        await client.RestartAsync();

        var report = await File.ReadAllTextAsync(client.Directory.FileNamed("flow.json"), TestContext.Current.CancellationToken);
        var seen = firstLogs.Lines.ToArray().Concat(client.Service.Logs.Lines.ToArray()).Concat(traces.ToArray()).Append(report).ToArray();
        var secrets = await FindSecretsAsync(client);
        Assert.NotEmpty(traces);
        Assert.Contains(firstLogs.Lines, line => line.Contains("token_refused", StringComparison.Ordinal));
        Assert.Contains(client.Service.Logs.Lines, line => line.StartsWith("Information System.Net.Http.HttpClient", StringComparison.Ordinal));
        Assert.All(secrets, secret => Assert.DoesNotContain(seen, line => line.Contains(secret, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task One_flow_is_one_trace_with_the_spans_of_its_own()
    {
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "B2BAssertions.PartnerClient" or "B2BAssertions.PartnerClient.AccessTokens" or "System.Net.Http",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var client = new ClientUnderTest();

        var report = await client.RunFirstFlowAsync();

        var trace = spans.Where(span => span.TraceId.ToString() == report.TraceId).ToArray();
        var root = Assert.Single(trace, span => span.OperationName == "partner flow");
        Assert.Equal(default, root.ParentSpanId);
        Assert.Equal("success", root.GetTagItem("outcome"));
        Assert.Single(trace, span => span.OperationName == "enrol key");
        var assertion = Assert.Single(trace, span => span.OperationName == "create assertion");
        Assert.Equal(StubServers.ClientId, assertion.GetTagItem("client_id"));
        Assert.Equal(report.Key!.Kid, assertion.GetTagItem("kid"));
        Assert.Equal("PS256", assertion.GetTagItem("alg"));

        // The key set twice, the enrolment, the metadata, the token, two pages of orders.
        Assert.Equal(7, trace.Count(span => span.Source.Name == "System.Net.Http"));
    }

    private static async Task RunThroughFailuresAsync(ClientUnderTest client)
    {
        client.Orders.Instead = _ => StubServers.Problem(401, "invalid_token");
        await client.NextFlowAsync();
        client.Orders.Instead = request => Results.Text($"an API that repeats {request.Authorization}", statusCode: 403);
        await client.NextFlowAsync();
        client.Issuer.TokenLifetime = TimeSpan.FromSeconds(1);
        client.Issuer.Instead = request => request.IsPost
            ? Results.Json(new { error = "invalid_client", error_description = request.Body }, statusCode: 401)
            : null;
        await client.UntilAsync(report => report.Failure?.Code == "token_refused");
        client.Issuer.Instead = request => request.IsPost ? Results.Json(new { error = request.Body }, statusCode: 400) : null;
        var requests = client.Issuer.TokenRequests.Count;
        await client.UntilAsync(_ => client.Issuer.TokenRequests.Count > requests);
        client.Issuer.Instead = null;
        client.Orders.Instead = null;
    }

    private static async Task<string[]> FindSecretsAsync(ClientUnderTest client)
    {
        var pem = await File.ReadAllLinesAsync(client.KeyFile, TestContext.Current.CancellationToken);
        var password = await File.ReadAllTextAsync(client.PasswordFile, TestContext.Current.CancellationToken);
        var assertions = client.Issuer.TokenRequests
            .Select(request => StubAuthorizationServer.Form(request)["client_assertion"].ToString());
        string[] secrets =
        [
            password.Trim(),
            StubRegistry.EnrolmentToken,
            .. pem.Where(line => !line.StartsWith('-')),
            .. assertions.Append(client.Registry.Proof!.EncodedToken).Concat(client.Issuer.Tokens).Select(Signature),
        ];
        Assert.True(secrets.Length > 20);
        Assert.All(secrets, secret => Assert.True(secret.Length > 3));
        return secrets;
    }

    private static string Signature(string jwt) => jwt[(jwt.LastIndexOf('.') + 1)..];

    private static ActivityListener Listen(ConcurrentQueue<string> traces)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => traces.Enqueue(Describe(activity)),
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private static string Describe(Activity activity) => string.Join(
        '\n',
        [
            activity.DisplayName,
            activity.StatusDescription,
            .. activity.TagObjects.Concat(activity.Events.SelectMany(happening => happening.Tags)).Select(tag => $"{tag.Key}={tag.Value}"),
        ]);
}
