using System.Text.Json;
using System.Text.Json.Serialization;

namespace B2BAssertions.PartnerClient.Rotation;

/// <summary>What the client knows of its keys beyond one process: names, kids and times, never a secret.</summary>
internal sealed record RotationState
{
    public static readonly JsonSerializerOptions JsonOptions = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        RespectNullableAnnotations = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>Name of the first key, as the settings had it: a state of other keys is no state of these.</summary>
    public required string KeyName { get; init; }

    /// <summary>The key that signs.</summary>
    public required HeldKey Current { get; init; }

    public RotationPhase Phase { get; init; }

    /// <summary>The key that comes next: from <see cref="RotationPhase.Begun"/> until it signs.</summary>
    public HeldKey? Next { get; init; }

    /// <summary>The key that signed before, until it is archived.</summary>
    public HeldKey? Previous { get; init; }

    /// <summary>Why the rotation, or the last one, began; for people.</summary>
    public string? Cause { get; init; }

    public DateTimeOffset? BegunAt { get; init; }

    /// <summary>When the registry makes the next key active, by its clock.</summary>
    public DateTimeOffset? ActivatesAt { get; init; }

    /// <summary>When nobody holds a key set without the next key any more: it was seen published, and the set's max-age is over by then.</summary>
    public DateTimeOffset? PublishedEverywhereAt { get; init; }

    /// <summary>Former keys that are still on disk, or in the token.</summary>
    public IReadOnlyList<ArchivedKey> Archived { get; init; } = [];

    /// <summary>Whether the same keys have the same names; what else is known of them does not count.</summary>
    public bool HoldsSameKeysAs(RotationState? other) => other is not null && Names().SequenceEqual(other.Names());

    private IEnumerable<(string? Name, string? Kid)> Names() =>
    [
        (Current.Name, Current.Kid),
        (Next?.Name, Next?.Kid),
        .. Archived.Select(key => (key.Name, key.Kid)),
    ];
}

/// <param name="Name">Its name in the key store.</param>
/// <param name="Kid">Null until it is made.</param>
/// <param name="CreatedAt">When it was made, or registered; null while that is not known.</param>
internal sealed record HeldKey(string Name, string? Kid = null, DateTimeOffset? CreatedAt = null);

/// <param name="Name">Its name in the key store since it was archived.</param>
internal sealed record ArchivedKey(string Name, string Kid, DateTimeOffset ArchivedAt);
