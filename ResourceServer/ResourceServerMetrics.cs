using System.Diagnostics.Metrics;

namespace B2BAssertions.ResourceServer;

internal sealed class ResourceServerMetrics
{
    public const string MeterName = "B2BAssertions.ResourceServer";
    public const string AuthorizationsName = "b2b.api.authorizations";

    private readonly Counter<long> _authorizations;
    private readonly Counter<long> _refusedTokens;

    public ResourceServerMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _authorizations = meter.CreateCounter<long>(
            AuthorizationsName,
            "{request}",
            "Requests to protected endpoints, by outcome: ok, or the code of the refusal.");
        _refusedTokens = meter.CreateCounter<long>(
            "b2b.api.tokens_refused",
            "{token}",
            "Access tokens refused, by the check that failed.");
    }

    public void Authorized() => Count("ok");

    public void Refused(AccessTokenRefusal refusal) => Count(refusal.Code);

    public void TokenRefused(string check) => _refusedTokens.Add(1, new KeyValuePair<string, object?>("check", check));

    private void Count(string outcome) => _authorizations.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
}
