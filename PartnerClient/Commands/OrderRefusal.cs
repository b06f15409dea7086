using System.Net;
using System.Text.Json;

using B2BAssertions.CommandLines;
using B2BAssertions.Jose;
using B2BAssertions.PartnerClient.Http;

namespace B2BAssertions.PartnerClient.Commands;

/// <summary>What the API says of a request that it does not carry out (RFC 9457), in the API's own words: they say what to do.</summary>
internal static class OrderRefusal
{
    public static CommandException Of(Answer answer, string address)
    {
        var detail = answer.Json?.GetOptionalString("detail") is { Length: > 0 } said
            ? TerminalText.Of(said)
            : $"{address} {answer.Description}. {WhatToDo(answer.Status)}";
        return CommandException.Failed(
            answer.ProblemCode ?? "orders_refused",
            string.Join(Environment.NewLine, [detail, .. FaultsIn(answer)]),
            TraceIdIn(answer));
    }

    /// <summary>The members at fault, a line each.</summary>
    private static IEnumerable<string> FaultsIn(Answer answer) =>
        answer.Json is { } json && json.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Object
            ? errors.EnumerateObject()
                .Where(member => member.Value.ValueKind == JsonValueKind.Array)
                .SelectMany(member => member.Value.EnumerateArray(), (member, fault) => $"  {TerminalText.Of(member.Name)}: {TerminalText.Of(fault.ToString())}")
            : [];

    private static string? TraceIdIn(Answer answer) => answer.Json?.GetOptionalString("traceId") is { } id ? TerminalText.Of(id) : null;

    private static string WhatToDo(HttpStatusCode? status) => status switch
    {
        HttpStatusCode.Unauthorized => "Ask the API owner which issuer and audience the API expects, naming the trace id.",
        HttpStatusCode.Forbidden => "Ask the API owner which scope it needs, and name it by --scope.",
        _ => "Check that PartnerClient:OrdersApi is the base address of the orders API.",
    };
}
