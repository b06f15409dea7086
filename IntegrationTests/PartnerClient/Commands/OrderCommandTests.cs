using System.Text.Json.Nodes;

using Microsoft.AspNetCore.Http;

using Xunit;

namespace B2BAssertions.IntegrationTests.PartnerClientTests.Commands;

/// <summary><c>orders</c>.</summary>
public sealed class OrderCommandTests : IAsyncLifetime
{
    private const string NewOrder = """{"currency":"EUR","lines":[{"sku":"b","description":"bolt","quantity":2,"unitPrice":1.25}]}""";

    private const string Placed =
        """
        {"id":"ord-1003","placedAt":"2026-05-04T03:02:01Z","status":"received","currency":"EUR","total":2.50,
         "lines":[{"sku":"b","description":"bolt\u001b[2J","quantity":2,"unitPrice":1.25}]}
        """;

    private PartnerCommands _commands = null!;

    private StubOrdersApi Api => _commands.Servers.Orders;

    public async ValueTask InitializeAsync() => _commands = await PartnerCommands.StartAsync();

    public async ValueTask DisposeAsync() => await _commands.DisposeAsync();

    [Fact]
    public async Task Orders_are_listed_to_the_last_page()
    {
        var typed = await _commands.TypeAsync("orders", "list");
        var json = await _commands.TypeAsync("orders", "list", "--json");

        Assert.True(typed.ExitCode == 0, typed.Error);
        Assert.Equal(
            [
                "ID        PLACED                STATUS   TOTAL  CURRENCY",
                "ord-1001  2026-01-02T03:04:05Z  shipped  12.50  EUR",
                "ord-1002  2026-01-02T03:04:05Z  shipped  12.50  EUR",
            ],
            typed.OutputLines);
        Assert.Equal(["ord-1001", "ord-1002"], JsonNode.Parse(json.Output)!["orders"]!.AsArray().Select(order => (string?)order!["id"]));
    }

    [Fact]
    public async Task One_order_is_shown_with_its_lines_and_steers_no_terminal()
    {
        Api.Instead = _ => Results.Text(Placed, "application/json");

        var typed = await _commands.TypeAsync("orders", "get", "ord-1003");

        Assert.Equal("/orders/ord-1003", Assert.Single(Api.Requests).RawTarget);
        Assert.Contains("Status    received", typed.OutputLines);
        Assert.Contains(typed.OutputLines, line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["b", "bolt?[2J", "2", "1.25"]);
    }

    [Theory]
    [InlineData("-")]
    [InlineData("order.json")]
    public async Task An_order_is_placed_with_the_scope_it_needs_and_a_key_that_is_shown(string file)
    {
        _commands.Servers.Issuer.Scope = "write";
        _commands.Input = NewOrder;
        await File.WriteAllTextAsync(_commands.FileNamed("order.json"), NewOrder, TestContext.Current.CancellationToken);
        Api.Instead = _ => Results.Text(Placed, "application/json", statusCode: 201);

        var typed = await _commands.TypeAsync("orders", "create", "--file", file == "-" ? file : _commands.FileNamed(file));

        Assert.True(typed.ExitCode == 0, typed.Error);
        var request = Assert.Single(Api.Requests);
        Assert.Equal(NewOrder, request.Body);
        Assert.Equal("write", StubAuthorizationServer.Form(Assert.Single(_commands.Servers.Issuer.TokenRequests))["scope"]);
        Assert.Contains($"Idempotency-Key: {request.IdempotencyKey!.Trim('"')}", typed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_order_whose_answer_is_lost_is_sent_again_with_the_same_key()
    {
        _commands.Servers.Issuer.Scope = "write";
        _commands.Input = NewOrder;
        Api.Instead = _ => Results.StatusCode(503);

        var typed = await _commands.TypeAsync("orders", "create", "--file", "-", "--idempotency-key", "key-1");

        Assert.Equal((1, ""), (typed.ExitCode, typed.Output));
        Assert.Contains("order_uncertain: ", typed.Error, StringComparison.Ordinal);
        Assert.Contains("--idempotency-key key-1", typed.Error, StringComparison.Ordinal);
        Assert.Equal("\"key-1\"", Assert.Single(Api.Requests).IdempotencyKey);
    }

    [Fact]
    public async Task A_refusal_is_told_in_the_words_of_the_API_member_by_member()
    {
        _commands.Servers.Issuer.Scope = "write";
        _commands.Input = "{}";
        Api.Instead = _ => Results.ValidationProblem(
            new Dictionary<string, string[]> { ["currency"] = ["expected three letters"] },
            detail: "The order is not accepted.",
            extensions: new Dictionary<string, object?> { ["code"] = "order_invalid" });

        var typed = await _commands.TypeAsync("orders", "create", "--file", "-");

        Assert.Equal(1, typed.ExitCode);
        Assert.Contains("order_invalid: The order is not accepted.", typed.Error, StringComparison.Ordinal);
        Assert.Contains("  currency: expected three letters", typed.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("")]
    public async Task What_is_no_order_is_not_sent(string input)
    {
        _commands.Input = input;

        var typed = await _commands.TypeAsync("orders", "create", "--file", "-");

        Assert.Equal(1, typed.ExitCode);
        Assert.Contains("order_unreadable: ", typed.Error, StringComparison.Ordinal);
        Assert.Empty(_commands.Servers.Issuer.Requests);
    }
}
