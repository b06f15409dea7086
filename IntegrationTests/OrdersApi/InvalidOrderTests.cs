using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.ResourceServerTests;

using Xunit;

namespace B2BAssertions.IntegrationTests.OrdersApiTests;

/// <summary>Orders that are not sound: each fault is told under the path of its member, and nothing is stored.</summary>
[Trait("Rule", "RS-04")]
public sealed class InvalidOrderTests(OrdersSystem system) : IClassFixture<OrdersSystem>
{
    private const string Partner = "partner-with-typos";
    private const string Line = """{"sku":"s","description":"d","quantity":1,"unitPrice":1}""";

    /// <summary>A body, and the members that are at fault.</summary>
    public static TheoryData<string, string> Faults => new()
    {
        { "{}", "currency lines" },
        { $$"""{"currency":"EUR","lines":[{{Line}}],"note":"x"}""", "note" },
        { $$"""{"currency":"EUR","Lines":[{{Line}}]}""", "lines Lines" },
        { $$"""{"currency":"EUR","lines":[{{Line}}],"id":"ord-1","status":"shipped"}""", "id status" },
        { $$"""{"currency":null,"lines":[{{Line}}]}""", "currency" },
        { $$"""{"currency":"eur","lines":[{{Line}}]}""", "currency" },
        { $$"""{"currency":"EURO","lines":[{{Line}}]}""", "currency" },
        { $$"""{"currency":"ÉUR","lines":[{{Line}}]}""", "currency" },
        { $$"""{"currency":978,"lines":[{{Line}}]}""", "currency" },
        { """{"currency":"EUR","lines":[]}""", "lines" },
        { """{"currency":"EUR","lines":null}""", "lines" },
        { """{"currency":"EUR","lines":{}}""", "lines" },
        { $$"""{"currency":"EUR","lines":[{{string.Join(',', Enumerable.Repeat(Line, 101))}}]}""", "lines" },
        { $$"""{"currency":"EUR","lines":[{{Line}},null,1,"x",[]]}""", "lines[1] lines[2] lines[3] lines[4]" },
        { """{"currency":"EUR","lines":[{}]}""", "lines[0].sku lines[0].description lines[0].quantity lines[0].unitPrice" },
        { $$"""{"currency":"E","lines":[{{Line}},{"sku":"s","description":"d","quantity":0,"unitPrice":1,"vat":0}]}""", "currency lines[1].quantity lines[1].vat" },
    };

    /// <summary>A member of a line, and a value that it may not have.</summary>
    public static TheoryData<string, string> WrongValues => new()
    {
        { "sku", "\"\"" }, { "sku", "\" \"" }, { "sku", "1" }, { "sku", "null" }, { "sku", "\"a\\u0000b\"" }, { "sku", "\"a\\nb\"" },
        { "sku", "\"a\\u202Eb\"" }, { "sku", $"\"{new string('s', 51)}\"" },
        { "description", "\"\"" }, { "sku", "\"\\u200D\"" }, { "description", "\" \\u200F \"" },
        { "description", "\"a\\u0085b\"" }, { "description", "\"\\u2067a\\u2069\"" }, { "description", "\"a\\u200Bb\"" }, { "description", $"\"{new string('d', 201)}\"" },
        { "quantity", "0" }, { "quantity", "-1" }, { "quantity", "100001" }, { "quantity", "1.5" }, { "quantity", "1.5e0" }, { "quantity", "1e-30" },
        { "quantity", "1e6" }, { "quantity", "1.00000000000000000000000000000000001" }, { "quantity", "\"1\"" },
        { "quantity", "99999999999999999999" }, { "quantity", "null" }, { "quantity", "true" },
        { "unitPrice", "-0.01" }, { "unitPrice", "1000000.01" }, { "unitPrice", "0.001" }, { "unitPrice", "\"1.00\"" }, { "unitPrice", "1e30" },
        { "unitPrice", "1e-30" }, { "unitPrice", "1E1" }, { "unitPrice", "0.10000000000000000000000000001" }, { "unitPrice", "-0" }, { "unitPrice", "null" }, { "unitPrice", "[1]" },
    };

    public static TheoryData<string> NotJson =>
        new(string.Empty, "{", "[]", "\"text\"", "null", "{}x", "\u0000", "{\"currency\":\"EUR\",\"currency\":\"USD\"}", "{\"\\ud800\":1}", "{\"currency\":\"\\udc00\"}",
            new string('[', 2000), $"{{\"currency\":{new string('[', 70)}{new string(']', 70)}}}");

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Every_member_at_fault_is_named(string body, string paths)
    {
        var answer = await RefusedAsync(400, "order_invalid", body);

        Assert.Equal(paths.Split(' ').Order(StringComparer.Ordinal), Errors(answer).Select(error => error.Key).Order(StringComparer.Ordinal));
        Assert.All(Errors(answer), error => Assert.NotEmpty((string)Assert.Single(error.Value!.AsArray())!));
    }

    [Theory]
    [MemberData(nameof(WrongValues))]
    public async Task A_value_out_of_its_range_is_named_with_the_range(string member, string value)
    {
        var line = JsonNode.Parse(Line)!;
        var whole = line.ToJsonString().Replace(
            $"\"{member}\":{line[member]!.ToJsonString()}", $"\"{member}\":{value}", StringComparison.Ordinal);

        var answer = await RefusedAsync(400, "order_invalid", $$"""{"currency":"EUR","lines":[{{Line}},{{whole}}]}""");

        var error = Assert.Single(Errors(answer));
        Assert.Equal($"lines[1].{member}", error.Key);
        Assert.StartsWith("Expected ", (string?)error.Value![0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nonsense_is_not_answered_at_length()
    {
        var answer = await RefusedAsync(400, "order_invalid", $"{{{string.Join(',', Enumerable.Range(0, 5000).Select(index => $"\"m{index}\":1"))}}}");

        Assert.Equal(50, Errors(answer).Count);
    }

    [Theory]
    [MemberData(nameof(NotJson))]
    public async Task A_body_that_is_no_object_in_JSON_is_malformed(string body) => await RefusedAsync(400, "malformed_request", body);

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=no-such")]
    public async Task A_body_of_another_type_is_refused(string contentType) =>
        await RefusedAsync(415, "unsupported_media_type", OrderSteps.NewOrder().ToJsonString(), contentType);

    [Fact]
    public async Task No_body_at_all_is_refused()
    {
        using var request = OrderSteps.PlaceRequest(system.Writer(Partner).Make(), OrderSteps.NewKey(), string.Empty);
        request.Content = null;

        AssertProblem(415, "unsupported_media_type", await system.SendAsync(request));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_that_is_too_long_is_refused(bool isLengthStated)
    {
        var order = OrderSteps.NewOrder();
        order["note"] = new string('x', 192 * 1024);
        using var request = OrderSteps.PlaceRequest(system.Writer(Partner).Make(), OrderSteps.NewKey(), order.ToJsonString());
        request.Headers.TransferEncodingChunked = !isLengthStated;

        AssertProblem(413, "request_too_large", await system.SendAsync(request));
    }

    [Fact]
    public async Task A_request_without_a_key_is_refused() =>
        AssertProblem(400, "idempotency_key_missing", await system.PlaceAsync(system.Writer(Partner).Make(), key: null));

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"")]
    [InlineData("\"a")]
    [InlineData("a b")]
    [InlineData("\"a b\"")]
    [InlineData("\"a\", \"b\"")]
    [InlineData("\"a\";v=1")]
    [InlineData("\"a\\\"b\"")]
    [InlineData("?1,")]
    [InlineData(":YQ==:")]
    public async Task A_key_that_is_no_plain_string_is_refused(string key) =>
        AssertProblem(400, "idempotency_key_malformed", await system.PlaceAsync(system.Writer(Partner).Make(), key));

    [Fact]
    public async Task A_key_of_255_characters_is_accepted_and_no_longer_one()
    {
        var token = system.Writer("partner-with-long-keys").Make();

        Assert.Equal(201, (await system.PlaceAsync(token, $"\"{new string('k', 255)}\"")).Status);
        AssertProblem(400, "idempotency_key_malformed", await system.PlaceAsync(token, $"\"{new string('k', 256)}\""));
    }

    [Fact]
    public async Task Two_keys_are_refused()
    {
        using var request = OrderSteps.PlaceRequest(system.Writer(Partner).Make(), OrderSteps.NewKey(), OrderSteps.NewOrder().ToJsonString());
        request.Headers.TryAddWithoutValidation("Idempotency-Key", OrderSteps.NewKey());

        AssertProblem(400, "idempotency_key_malformed", await system.SendAsync(request));
    }

    [Fact]
    public async Task Every_refusal_of_a_change_is_a_problem_with_code_and_trace_id()
    {
        var token = system.Writer("partner-without-luck").Make();
        var id = await system.PlacedAsync("partner-without-luck", B2BAssertions.OrdersApi.Database.OrderStatus.Shipped);
        var open = await system.PlacedAsync("partner-without-luck");
        await system.PlaceAsync(token, "\"once\"");
        var other = OrderSteps.NewOrder();
        other["currency"] = "USD";

        AssertProblem(422, "idempotency_key_reused", await system.PlaceAsync(token, "\"once\"", other));
        AssertProblem(404, "order_not_found", await system.CancelAsync("ord-1001", token));
        AssertProblem(409, "order_state", await system.CancelAsync(id, token));
        AssertProblem(412, "order_changed", await system.CancelAsync(open, token, "\"0.0\""));
        AssertProblem(400, "malformed_request", await system.CancelAsync(open, token, "0.0"));
        AssertProblem(403, "scope_missing", await system.CancelAsync(open, system.Token("partner-without-luck").Make()));
        AssertProblem(401, "token_missing", await system.CancelAsync(open, token: null));
        AssertProblem(405, "method_not_allowed", await system.GetAsync($"/orders/{open}/cancel", token));
    }

    private async Task<ApiAnswer> RefusedAsync(int status, string code, string body, string contentType = "application/json")
    {
        using var request = OrderSteps.PlaceRequest(system.Writer(Partner).Make(), OrderSteps.NewKey(), body, contentType);
        var answer = await system.SendAsync(request);
        AssertProblem(status, code, answer);
        Assert.Equal(0, await system.CountOrdersAsync(Partner));
        return answer;
    }

    private static JsonObject Errors(ApiAnswer answer) => answer.Body!["errors"]!.AsObject();

    private static void AssertProblem(int status, string code, ApiAnswer answer)
    {
        Assert.Equal((status, code, "application/problem+json"), (answer.Status, answer.Code, answer.MediaType));
        Assert.Equal($"urn:b2bassertions:error:{code}", (string?)answer.Body!["type"]);
        Assert.Equal(32, ((string?)answer.Body["traceId"])?.Length);
        Assert.Null(answer.ETag);
    }
}
