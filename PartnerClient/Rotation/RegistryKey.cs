using System.Globalization;
using System.Text.Json;

using B2BAssertions.Jose;

namespace B2BAssertions.PartnerClient.Rotation;

/// <summary>One of our keys, as the registry lists it.</summary>
/// <param name="State">pending, active, retiring, retired or revoked.</param>
/// <param name="ActivatesAt">From when on it may be signed with, by the registry's clock.</param>
/// <param name="RotationRequestedAt">When the operator asked for a new key in its place; null when nobody did.</param>
/// <param name="RotationReason">Why, in the operator's words.</param>
internal sealed record RegistryKey(
    string Kid,
    string State,
    DateTimeOffset CreatedAt,
    DateTimeOffset ActivatesAt,
    DateTimeOffset? RotationRequestedAt,
    string? RotationReason)
{
    public bool IsActive => State == "active";

    /// <summary>Whether it stays: another can be rotated to it.</summary>
    public bool CanSign => State is "pending" or "active";

    public bool IsRetiring => State == "retiring";

    public static RegistryKey? Read(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object
        && json.GetOptionalString("kid") is { } kid
        && json.GetOptionalString("state") is { } state
        && ReadTime(json, "createdAt") is { } createdAt
        && ReadTime(json, "activatesAt") is { } activatesAt
            ? new RegistryKey(kid, state, createdAt, activatesAt, ReadTime(json, "rotationRequestedAt"), json.GetOptionalString("rotationReason"))
            : null;

    private static DateTimeOffset? ReadTime(JsonElement json, string member) =>
        DateTimeOffset.TryParse(json.GetOptionalString(member), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : null;
}

/// <param name="MaxAge">How long a reader may keep the set; null when the answer does not say.</param>
internal sealed record PublishedKeys(IReadOnlyList<string> Kids, TimeSpan? MaxAge);
