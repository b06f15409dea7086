using B2BAssertions.ResourceServer;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.OrdersApi;

/// <summary>Settings of the section <c>OrdersApi</c>.</summary>
internal sealed class OrdersApiOptions
{
    public const string Section = "OrdersApi";

    /// <summary>
    /// Issuer identifier of the one trusted authorization server, character for character as it stands in its tokens and its metadata
    /// (a trailing slash counts). Required; https unless <c>AllowHttp</c>.
    /// </summary>
    public string Issuer { get; set; } = string.Empty;

    /// <summary>Identifier of this API (RFC 9728 §1.2): the address at which partners reach it. Required; https unless <c>AllowHttp</c>.</summary>
    public string Resource { get; set; } = string.Empty;

    /// <summary>The <c>aud</c> that a token must carry. Default: <see cref="Resource"/>.</summary>
    public string? Audience { get; set; }

    /// <summary>Algorithms that a token may be signed with: PS256, ES256 or both. Default: both.</summary>
    // Null and not both by default: configuration adds to a list, it does not replace it.
    public IReadOnlyList<string>? AllowedAlgorithms { get; set; }

    /// <summary>
    /// Types (<c>typ</c>) that a token may have: <c>at+jwt</c>, and by option <c>JWT</c> or <c>absent</c>, for servers that do not name the
    /// type (RFC 9068 §2.1). Then claims have to tell an access token from other JWTs, so each of the two logs a warning. Default:
    /// <c>at+jwt</c>.
    /// </summary>
    public IReadOnlyList<string>? ValidTypes { get; set; }

    /// <summary>
    /// The claim with the partner's client id: <c>client_id</c>, or <c>sub</c> for servers that issue no client_id (RFC 9068 §2.2), which
    /// logs a warning: then the server must issue this audience by client_credentials alone, or keep the names of users and clients apart
    /// (RFC 9068 §5). Default: <c>client_id</c>.
    /// </summary>
    public string? ClientIdClaim { get; set; }

    /// <summary>
    /// How a partner must have authenticated itself at the authorization server for a token that changes orders, as the token's
    /// <c>client_auth_method</c> says: <c>private_key_jwt</c>, <c>tls_client_auth</c>, <c>self_signed_tls_client_auth</c>. Methods that send a
    /// secret cannot be named (RS-07). Default: <c>private_key_jwt</c>.
    /// </summary>
    public IReadOnlyList<string>? ClientAuthenticationMethods { get; set; }

    /// <summary>
    /// Requests for orders that one partner has under way in one replica; default 4, from 1 to 1,000, 0 for no limit. More wait in memory, for 3
    /// seconds at most. With the next setting less than <c>Database:MaxConnections</c>, or the partner can use up the connections of the others.
    /// </summary>
    public int ConcurrentReadsPerPartner { get; set; } = 4;

    /// <summary>
    /// Orders that one partner places or cancels at a time in one replica; default 1, from 1 to 1,000, 0 for no limit. A higher value speeds
    /// little up: on PostgreSQL one partner's orders wait for one another in any case, and SQLite has one writer.
    /// </summary>
    public int ConcurrentWritesPerPartner { get; set; } = 1;

    /// <summary>Requests for orders by one partner in a minute, all at once or spread, on one replica; default 6,000, 0 for no limit.</summary>
    public int ReadsPerMinuteAndPartner { get; set; } = 6000;

    /// <summary>Orders that one partner places or cancels in a minute, all at once or spread, on one replica; default 1,200, 0 for no limit.</summary>
    public int WritesPerMinuteAndPartner { get; set; } = 1200;

    /// <summary>
    /// Access tokens from one address (of IPv6: one /64) that may fail in a minute before it has to wait, on one replica; default 300, 0 for
    /// no limit. Behind a proxy name it in ForwardedHeaders:KnownNetworks, or all senders are one.
    /// </summary>
    public int FailuresPerMinuteAndAddress { get; set; } = ResourceServerOptions.DefaultFailuresPerMinuteAndAddress;

    /// <summary>Client ids that get a few sample orders while the database holds no order at all. Default: none.</summary>
    public IReadOnlyList<string> SeedOrdersFor { get; set; } = [];

    public ResourceServerOptions ToResourceServer() => new()
    {
        Section = Section,
        Issuer = Issuer,
        Resource = Resource,
        Audience = Audience,
        AllowedAlgorithms = AllowedAlgorithms,
        ValidTypes = ValidTypes,
        ClientIdClaim = ClientIdClaim,
        ClientAuthenticationMethods = ClientAuthenticationMethods,
        FailuresPerMinuteAndAddress = FailuresPerMinuteAndAddress,
        ScopesSupported = [SystemSettings.ReadScope, SystemSettings.WriteScope],
    };
}
