using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

using B2BAssertions.Jose;

namespace B2BAssertions.JwksService.Submission;

/// <summary>The times of a proof: NumericDates (RFC 7519 §2), so numbers of seconds, never strings or milliseconds.</summary>
internal sealed record ProofTimes(DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt, DateTimeOffset? NotBefore)
{
    /// <summary>iat and exp are required, nbf may be missing.</summary>
    public static bool TryRead(JsonElement claims, [NotNullWhen(true)] out ProofTimes? times)
    {
        times = null;
        var notBefore = TimeOf(claims, "nbf");
        if (TimeOf(claims, "iat") is not { } issuedAt
            || TimeOf(claims, "exp") is not { } expiresAt
            || (notBefore is null && claims.TryGetProperty("nbf", out _)))
        {
            return false;
        }

        times = new ProofTimes(issuedAt, expiresAt, notBefore);
        return true;
    }

    private static DateTimeOffset? TimeOf(JsonElement claims, string name) =>
        claims.GetOptionalNumericDate(name) is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
}
