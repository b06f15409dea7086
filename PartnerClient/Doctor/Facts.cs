using System.Text.Json;

using B2BAssertions.Jose;
using B2BAssertions.PartnerClient.AccessTokens;

namespace B2BAssertions.PartnerClient.Doctor;

/// <summary>What checks have found out that later ones build upon; a check runs only after those that it names have succeeded.</summary>
internal sealed class Facts
{
    private SigningKey? _key;
    private JsonElement? _metadata;
    private AccessToken? _token;

    public SigningKey Key
    {
        get => _key ?? throw Missing();
        set => _key = value;
    }

    /// <summary>The authorization server's metadata.</summary>
    public JsonElement Metadata
    {
        get => _metadata ?? throw Missing();
        set => _metadata = value;
    }

    public string TokenEndpoint { get; set; } = "";

    public AccessToken Token
    {
        get => _token ?? throw Missing();
        set => _token = value;
    }

    /// <summary>Null when that could not be found out.</summary>
    public bool? IsKeyPublished { get; set; }

    /// <summary>When the registry took the key; null when it did not tell.</summary>
    public DateTimeOffset? RegisteredAt { get; set; }

    private static InvalidOperationException Missing() => new("No check has found this out: its name is missing among those that come first.");
}
