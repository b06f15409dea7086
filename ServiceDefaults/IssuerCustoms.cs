namespace B2BAssertions.ServiceDefaults;

/// <summary>
/// What an authorization server does otherwise than FAPI 2.0 and RFC 9068 ask for, as far as the services have an option for it. Each
/// looser value is an option of PartnerClient, OrdersApi or JwksService that logs a warning at start.
/// </summary>
public sealed record IssuerCustoms
{
    /// <summary>None: the embedded server, and whatever follows the standards.</summary>
    public static IssuerCustoms None { get; } = new();

    /// <summary>Where assertions are sent; by default what the server's metadata say.</summary>
    public string? TokenEndpoint { get; init; }

    /// <summary><c>PartnerClient:AssertionAudience</c>.</summary>
    public string? AssertionAudience { get; init; }

    /// <summary><c>PartnerClient:AssertionType</c>.</summary>
    public string? AssertionType { get; init; }

    /// <summary><c>ValidTypes</c> of the APIs.</summary>
    public IReadOnlyList<string> AccessTokenTypes { get; init; } = [];

    /// <summary><c>ClientIdClaim</c> of the APIs.</summary>
    public string? ClientIdClaim { get; init; }

    /// <summary>Whether the partner gets the scope <c>keys</c>; without it the partner does not rotate its key, and does not try to.</summary>
    public bool GrantsKeysScope { get; init; } = true;

    /// <summary>
    /// The Curity Identity Server as deploy/curity configures it: assertions are for the token endpoint and need no type; access tokens have
    /// no type, and the client in <c>sub</c>; they are for the orders API alone.
    /// </summary>
    public static IssuerCustoms Curity(string tokenEndpoint) => new()
    {
        TokenEndpoint = tokenEndpoint,
        AssertionAudience = "TokenEndpoint",
        AssertionType = "absent",
        AccessTokenTypes = ["absent", "JWT"],
        ClientIdClaim = "sub",
        GrantsKeysScope = false,
    };

    internal void AddToClient(string section, Dictionary<string, string> settings)
    {
        Add(settings, $"{section}:{nameof(TokenEndpoint)}", TokenEndpoint);
        Add(settings, $"{section}:{nameof(AssertionAudience)}", AssertionAudience);
        Add(settings, $"{section}:{nameof(AssertionType)}", AssertionType);
        if (!GrantsKeysScope)
        {
            settings[$"{section}:Rotation:Every"] = "0";
            settings[$"{section}:Rotation:LookEvery"] = "0";
        }
    }

    internal void AddToApi(string section, Dictionary<string, string> settings)
    {
        for (var index = 0; index < AccessTokenTypes.Count; index++)
        {
            settings[$"{section}:ValidTypes:{index}"] = AccessTokenTypes[index];
        }

        Add(settings, $"{section}:{nameof(ClientIdClaim)}", ClientIdClaim);
    }

    private static void Add(Dictionary<string, string> settings, string name, string? value)
    {
        if (value is not null)
        {
            settings[name] = value;
        }
    }
}
