using System.Text.Json;

using B2BAssertions.PartnerClient.Flow;

namespace B2BAssertions.Standalone.Flow;

/// <summary>What <c>--once --json</c> writes: a contract with scripts, so members are only ever added.</summary>
internal sealed record FlowSummary(
    string Kid,
    string JwksUri,
    string Issuer,
    string Scope,
    int OrderCount,
    string TraceId,
    double ElapsedMs)
{
    private static readonly JsonSerializerOptions JsonOptions = new(JsonSerializerDefaults.Web);

    /// <param name="report">Of a flow that reached the orders.</param>
    public static FlowSummary Of(FlowReport report) => new(
        report.Key!.Kid,
        report.Jwks!.Uri,
        report.Token!.Issuer,
        report.Token.Scope,
        report.Orders!.Count,
        report.TraceId,
        report.ElapsedMs);

    public string ToJson() => JsonSerializer.Serialize(this, JsonOptions);
}
