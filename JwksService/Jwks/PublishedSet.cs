using System.Security.Cryptography;
using System.Text;

using B2BAssertions.Jose;

using Microsoft.Net.Http.Headers;

namespace B2BAssertions.JwksService.Jwks;

/// <summary>A partner's JWK Set as it goes out: its bytes and their strong ETag (KR-02).</summary>
internal sealed class PublishedSet
{
    private readonly DateTimeOffset _madeAt;
    private readonly DateTimeOffset? _nextLeaves;

    /// <param name="nextLeaves">When the next key leaves; null when none is retiring.</param>
    public PublishedSet(JwkSet set, DateTimeOffset madeAt, DateTimeOffset? nextLeaves)
    {
        _madeAt = madeAt;
        _nextLeaves = nextLeaves;
        var body = Encoding.UTF8.GetBytes(set.ToJson().ToJsonString());
        Body = body;
        ETag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(body))}\"");
    }

    public ReadOnlyMemory<byte> Body { get; }

    public EntityTagHeaderValue ETag { get; }

    /// <summary>Not before it was made either: a clock that is set back brings keys back.</summary>
    public bool IsRightAt(DateTimeOffset now) => now >= _madeAt && (_nextLeaves is null || now < _nextLeaves);
}
