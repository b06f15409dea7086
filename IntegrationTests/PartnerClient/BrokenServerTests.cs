using B2BAssertions.IntegrationTests.Hosting;

using Microsoft.AspNetCore.Http;

using Xunit;

namespace B2BAssertions.IntegrationTests.PartnerClientTests;

/// <summary>Servers that answer with something that is not HTTP, or is not all of it, or that hang up.</summary>
[Trait("Rule", "PC-05")]
public class BrokenServerTests
{
    private const string Head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";

    public static TheoryData<string, string, string> Faults()
    {
        var data = new TheoryData<string, string, string>();
        foreach (var (setting, step) in new[] { ("JwksService", "enrolment"), ("Issuer", "token"), ("OrdersApi", "orders") })
        {
            foreach (var fault in new[] { "no HTTP", "half a body", "a body without end", "nothing" })
            {
                data.Add(setting, step, fault);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_broken_answer_is_a_failure_that_passes_and_ends_in_time(string setting, string step, string fault)
    {
        await using var broken = new RawServer();
        broken.Answer = (_, connection) => fault switch
        {
            "no HTTP" => connection.SendAsync("SSH-2.0-OpenSSH_9.6\r\n"),
            "half a body" => connection.SendAsync($"{Head}Content-Length: 1000\r\n\r\n{{\"keys\":["),
            "a body without end" => DripAsync(connection),
            _ => Task.CompletedTask,
        };
        await using var client = new ClientUnderTest();
        client.Settings[$"PartnerClient:{setting}"] = broken.Address;
        await client.StartServersAsync();
        await client.StartClientAsync();
        await WaitFor.StateAsync("a request", () => broken.Requests > 0 ? broken : null);

        var report = await client.UntilAsync(_ => true, evenWhileBusy: fault == "a body without end");

        Assert.Equal(("server_unavailable", step), (report.Failure?.Code, report.Failure?.Step));
        Assert.False(report.Failure!.IsPermanent);
        Assert.Contains(broken.Address, report.Failure.Message, StringComparison.Ordinal);
        Assert.Contains($"PartnerClient:{setting}", report.Failure.WhatToDo, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_hangs_up_for_ten_minutes_is_asked_ever_less_often_and_found_again_without_a_restart()
    {
        await using var client = new ClientUnderTest();
        client.Issuer.TokenLifetime = TimeSpan.FromSeconds(60);
        var first = await client.RunFirstFlowAsync();
        Assert.Null(first.Failure);
        client.Issuer.Instead = _ => new HangUp();
        var away = await client.UntilAsync(report => report.Failure is not null);
        var asked = client.Issuer.Requests.Count;

        await client.UntilAsync(report => report.StartedAt >= away.StartedAt + TimeSpan.FromMinutes(10));

        // Without back-off there would be a try every ten seconds, of the flow and of the rotation each.
        Assert.InRange(client.Issuer.Requests.Count - asked, 10, 50);
        client.Issuer.Instead = null;

        var report = await client.UntilAsync(report => report.Failure is null);
        Assert.NotEmpty(report.Orders!);
        Assert.Equal(first.Key!.Kid, report.Key!.Kid);
    }

    private static async Task DripAsync(RawServer.Connection connection)
    {
        await connection.SendAsync($"{Head}Transfer-Encoding: chunked\r\n\r\n2\r\n{{\"\r\n");
        await connection.FallSilentAsync();
    }

    private sealed class HangUp : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Abort();
            return Task.CompletedTask;
        }
    }
}
