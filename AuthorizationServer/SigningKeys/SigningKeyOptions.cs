using B2BAssertions.AuthorizationServer.Metadata;

namespace B2BAssertions.AuthorizationServer.SigningKeys;

/// <summary>The settings <c>AuthorizationServer:SigningKeys</c>: when the keys that sign access tokens change (AT-04).</summary>
internal sealed class SigningKeyOptions
{
    public const string Section = $"{AuthorizationServerOptions.Section}:SigningKeys";

    public static readonly TimeSpan MinRotateEvery = TimeSpan.FromDays(1);

    /// <summary>Two years: the key of a token that is checked today should not be older than those who remember making it.</summary>
    public static readonly TimeSpan MaxRotateEvery = TimeSpan.FromDays(730);

    /// <summary>Whoever read the key set just before the key came into it reads it again after this, replicas that look late included.</summary>
    public static readonly TimeSpan MinPublishAhead = JwksMediaType.MaxAge + TimeSpan.FromSeconds(30);

    /// <summary>How long a key signs until its successor does: 1 to 730 days, default 90.</summary>
    public TimeSpan RotateEvery { get; set; } = TimeSpan.FromDays(90);

    /// <summary>
    /// How long a key is published before it signs: 5 minutes 30 seconds to half of <see cref="RotateEvery"/>, default 10 minutes, twice what
    /// the key set may be cached. More for APIs that read it less often than they may, such as every 12 hours.
    /// </summary>
    public TimeSpan PublishAhead { get; set; } = TimeSpan.FromMinutes(10);
}
