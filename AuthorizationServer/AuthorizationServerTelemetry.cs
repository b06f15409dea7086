using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace B2BAssertions.AuthorizationServer;

/// <summary>This service's spans and metrics.</summary>
internal sealed class AuthorizationServerTelemetry
{
    public const string Name = "B2BAssertions.AuthorizationServer";

    public static readonly ActivitySource ActivitySource = new(Name);

    private readonly Counter<long> _tokenRequests;
    private readonly Counter<long> _replaysRefused;

    public AuthorizationServerTelemetry(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        _tokenRequests = meter.CreateCounter<long>(
            "b2b.token.requests", "{request}", "Token requests by outcome: issued, or the error code answered.");
        _replaysRefused = meter.CreateCounter<long>(
            "b2b.client_assertion.replays", "{assertion}", "Assertions refused because they had been used before.");
    }

    public void TokenRequest(string outcome) => _tokenRequests.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void ReplayRefused() => _replaysRefused.Add(1);
}
