namespace B2BAssertions.ServiceDefaults;

/// <summary>The name of each service: its resource in the AppHost, its telemetry identity, its folder under the data directory.</summary>
public static class ServiceNames
{
    public const string AuthorizationServer = "authorization-server";
    public const string JwksService = "jwks-service";
    public const string OrdersApi = "orders-api";
    public const string PartnerClient = "partner-client";
}
