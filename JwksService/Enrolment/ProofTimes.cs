using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace B2BAssertions.JwksService.Enrolment;

/// <summary>The times of a proof: NumericDates (RFC 7519 §2), so numbers of seconds, never strings or milliseconds.</summary>
internal sealed record ProofTimes(DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt, DateTimeOffset? NotBefore)
{
    /// <summary>The end of the year 9999. A time in milliseconds is beyond it.</summary>
    private const double MaxSeconds = 253402300799;

    /// <summary>iat and exp are required, nbf may be missing.</summary>
    public static bool TryRead(JsonElement claims, [NotNullWhen(true)] out ProofTimes? times)
    {
        times = null;
        if (!TryReadTime(claims, "iat", out var issuedAt)
            || !TryReadTime(claims, "exp", out var expiresAt)
            || !TryReadTime(claims, "nbf", out var notBefore)
            || issuedAt is null
            || expiresAt is null)
        {
            return false;
        }

        times = new ProofTimes(issuedAt.Value, expiresAt.Value, notBefore);
        return true;
    }

    /// <summary>False for a claim that is no time; null for one that is missing.</summary>
    private static bool TryReadTime(JsonElement claims, string name, out DateTimeOffset? time)
    {
        time = null;
        if (!claims.TryGetProperty(name, out var value))
        {
            return true;
        }

        if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var seconds) || seconds is not (>= 0 and <= MaxSeconds))
        {
            return false;
        }

        time = DateTimeOffset.UnixEpoch.AddSeconds(seconds);
        return true;
    }
}
