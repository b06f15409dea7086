using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace B2BAssertions.PartnerClient.Doctor;

/// <summary>The same for programs.</summary>
internal static class ExaminationJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Describe(ExaminationReport report) => new JsonObject
    {
        ["healthy"] = report.IsHealthy,
        ["traceId"] = report.TraceId,
        ["checks"] = new JsonArray([.. report.Findings.Select(Describe)]),
    }.ToJsonString(Options);

    private static JsonObject Describe(Finding finding) => new()
    {
        ["name"] = finding.Name,
        ["status"] = FindingText.Word(finding.Result.Status),
        ["code"] = finding.Result.Code,
        ["message"] = finding.Result.Message,
        ["whatToDo"] = finding.Result.WhatToDo,
    };
}
