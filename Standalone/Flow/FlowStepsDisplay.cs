using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

using B2BAssertions.PartnerClient.Flow;

using Spectre.Console;

namespace B2BAssertions.Standalone.Flow;

/// <summary>One flow in six steps; a report holds no signature and no token, so none can be shown.</summary>
internal sealed class FlowStepsDisplay(Terminal terminal, FlowReport report)
{
    /// <summary>Terminals are not HTML: a plus sign stays one.</summary>
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public void Write()
    {
        if (report.Key is { } key)
        {
            Step(1, "Key", TimeOf(FlowSteps.Key));
            Value("kid", $"{key.Kid} ({key.Algorithm})");
            Value("file", $"{key.File} ({(key.Created ? "made now" : "made earlier")})");
        }

        if (report.Enrolment is { } enrolment)
        {
            Step(2, "Enrolment", TimeOf(FlowSteps.Enrolment));
            Value("registry", enrolment.Registry);
            Value("key", enrolment.Enrolled ? "enrolled now, with the one-time token and a proof of possession" : "enrolled earlier");
        }

        if (report.Jwks is { } jwks)
        {
            Step(3, "JWKS", TimeOf(FlowSteps.Jwks));
            Value("address", jwks.Uri);
            Value("kids", string.Join(", ", jwks.Kids));
        }

        if (report.Assertion is { } assertion)
        {
            Step(4, "Assertion", "(made within step 5)");
            Json("header", assertion.Header);
            Json("claims", assertion.Claims);
        }

        if (report.Token is { } token)
        {
            Step(5, "Access token", TimeOf(FlowSteps.Token));
            Value("type", token.TokenType);
            Value("scope", token.Scope);
            Value("lifetime", $"{token.ExpiresInSeconds} s");
            Value("issuer", token.Issuer);
            Json("header", token.Header);
            Json("claims", token.Claims);
        }

        if (report.Orders is { } orders)
        {
            Step(6, "Orders", TimeOf(FlowSteps.Orders));
            terminal.Write(TableOf(orders));
        }
    }

    private static Table TableOf(IReadOnlyList<OrderReport> orders)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("Order", "Placed", "Status");
        table.AddColumn(new TableColumn("Total").RightAligned());
        foreach (var order in orders)
        {
            var total = string.Create(CultureInfo.InvariantCulture, $"{order.Total:N2} {order.Currency}");
            table.AddRow(Terminal.Cell(order.Id), Terminal.Cell(DateOf(order)), Terminal.Cell(order.Status), Terminal.Cell(total));
        }

        return table;
    }

    /// <summary>The day alone, so that the table fits 80 columns.</summary>
    private static string DateOf(OrderReport order) =>
        DateTimeOffset.TryParse(order.PlacedAt, CultureInfo.InvariantCulture, out var placedAt)
            ? placedAt.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
            : order.PlacedAt;

    private string TimeOf(string step) =>
        report.Steps.FirstOrDefault(taken => taken.Name == step) is { } taken ? FlowDisplay.Duration(taken.ElapsedMs) : "";

    private void Step(int number, string title, string time)
    {
        terminal.WriteLine();
        terminal.WriteLine($"[bold]{number} {title}[/]  {time}");
    }

    private void Value(string label, string value) => terminal.WriteLine($"  [grey]{label,-9}[/]{value}");

    private void Json(string label, JsonObject? json)
    {
        if (json is null)
        {
            return;
        }

        var lines = json.ToJsonString(Indented).ReplaceLineEndings("\n").Split('\n');
        Value(label, lines[0]);
        foreach (var line in lines[1..])
        {
            Value("", line);
        }
    }
}
