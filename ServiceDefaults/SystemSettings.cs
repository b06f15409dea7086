namespace B2BAssertions.ServiceDefaults;

/// <summary>Where the services of one system are reached; each address without a trailing slash.</summary>
public sealed record SystemAddresses(string AuthorizationServer, string JwksService, string OrdersApi)
{
    public static SystemAddresses Default { get; } = new("http://localhost:5001", "http://localhost:3000", "http://localhost:5002");
}

/// <summary>
/// The settings, secrets aside, that make four services one system. Standalone, AppHost and the tests all start the services with these,
/// so there is no second wiring.
/// </summary>
public static class SystemSettings
{
    public const string PartnerClientId = "partner-api-client";

    /// <summary>The client that administers the key registry.</summary>
    public const string OperatorClientId = "registry-operator";

    /// <summary>Scope of the orders API: reading orders.</summary>
    public const string ReadScope = "read";

    /// <summary>Scope of the orders API: placing and cancelling orders.</summary>
    public const string WriteScope = "write";

    /// <summary>Scope of the key registry: a partner's own keys.</summary>
    public const string KeysScope = "keys";

    /// <summary>Scope of the key registry: every partner; the operator's.</summary>
    public const string PartnersManageScope = "partners:manage";

    /// <summary>Where the authorization server has the operator's public keys, a JWK Set as JSON text.</summary>
    public const string OperatorJwksSetting = "AuthorizationServer:Clients:1:Jwks";

    /// <summary>Partner without a client here: its seeded orders show that one partner never sees another's.</summary>
    public const string OtherPartnerClientId = "other-partner-client";

    /// <param name="customs">What the authorization server does otherwise than the embedded one; nothing by default.</param>
    public static Dictionary<string, string> ForJwksService(SystemAddresses addresses, IssuerCustoms? customs = null)
    {
        var settings = new Dictionary<string, string>
        {
            ["JwksService:PublicAddress"] = addresses.JwksService,
            ["JwksService:Issuer"] = addresses.AuthorizationServer,
            ["JwksService:DefaultPartner"] = PartnerClientId,
            ["JwksService:Partners:0:ClientId"] = PartnerClientId,
            ["JwksService:Partners:0:Name"] = "Partner API client",
        };
        customs?.AddToApi("JwksService", settings);
        return settings;
    }

    /// <param name="operatorJwks">The operator's public keys, a JWK Set as JSON text; without them there is no such client.</param>
    public static Dictionary<string, string> ForAuthorizationServer(SystemAddresses addresses, string? operatorJwks = null)
    {
        var settings = new Dictionary<string, string>
        {
            ["AuthorizationServer:Issuer"] = addresses.AuthorizationServer,
            ["AuthorizationServer:Apis:0:Audience"] = addresses.OrdersApi,
            ["AuthorizationServer:Apis:0:Scopes:0"] = ReadScope,
            ["AuthorizationServer:Apis:0:Scopes:1"] = WriteScope,
            ["AuthorizationServer:Apis:1:Audience"] = addresses.JwksService,
            ["AuthorizationServer:Apis:1:Scopes:0"] = KeysScope,
            ["AuthorizationServer:Apis:1:Scopes:1"] = PartnersManageScope,
            ["AuthorizationServer:Clients:0:ClientId"] = PartnerClientId,
            ["AuthorizationServer:Clients:0:JwksUri"] = $"{addresses.JwksService}{JwksPath(PartnerClientId)}",
            ["AuthorizationServer:Clients:0:Scopes:0"] = ReadScope,
            ["AuthorizationServer:Clients:0:Scopes:1"] = KeysScope,
            ["AuthorizationServer:Clients:0:Scopes:2"] = WriteScope,
            // The registry is the operator's own: on this machine, or in a network that only the system's services reach.
            ["AuthorizationServer:ClientJwks:AllowedHosts:0"] = new Uri(addresses.JwksService).IdnHost,
        };
        if (operatorJwks is not null)
        {
            settings["AuthorizationServer:Clients:1:ClientId"] = OperatorClientId;
            settings[OperatorJwksSetting] = operatorJwks;
            settings["AuthorizationServer:Clients:1:Scopes:0"] = PartnersManageScope;
        }

        return settings;
    }

    /// <summary>With sample orders, for trying things out.</summary>
    /// <inheritdoc cref="ForJwksService" path="/param"/>
    public static Dictionary<string, string> ForOrdersApi(SystemAddresses addresses, IssuerCustoms? customs = null)
    {
        var settings = ForDeployedOrdersApi(addresses, customs);
        settings["OrdersApi:SeedOrdersFor:0"] = PartnerClientId;
        settings["OrdersApi:SeedOrdersFor:1"] = OtherPartnerClientId;
        return settings;
    }

    /// <summary>Without an order that nobody placed.</summary>
    /// <inheritdoc cref="ForJwksService" path="/param"/>
    public static Dictionary<string, string> ForDeployedOrdersApi(SystemAddresses addresses, IssuerCustoms? customs = null)
    {
        var settings = new Dictionary<string, string>
        {
            ["OrdersApi:Issuer"] = addresses.AuthorizationServer,
            ["OrdersApi:Resource"] = addresses.OrdersApi,
        };
        customs?.AddToApi("OrdersApi", settings);
        return settings;
    }

    /// <inheritdoc cref="ForJwksService" path="/param"/>
    public static Dictionary<string, string> ForPartnerClient(SystemAddresses addresses, IssuerCustoms? customs = null)
    {
        var settings = new Dictionary<string, string>
        {
            ["PartnerClient:ClientId"] = PartnerClientId,
            ["PartnerClient:Issuer"] = addresses.AuthorizationServer,
            ["PartnerClient:JwksService"] = addresses.JwksService,
            ["PartnerClient:OrdersApi"] = addresses.OrdersApi,
            ["PartnerClient:Scope"] = ReadScope,
        };
        customs?.AddToClient("PartnerClient", settings);
        return settings;
    }

    /// <summary>Where a partner's key set is published.</summary>
    public static string JwksPath(string clientId) => $"/partners/{clientId}/.well-known/jwks";
}
