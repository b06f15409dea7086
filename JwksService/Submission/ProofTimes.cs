using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

using B2BAssertions.Jose;

namespace B2BAssertions.JwksService.Submission;

/// <summary>The times of a proof: NumericDates (RFC 7519 §2), so numbers of seconds, never strings or milliseconds.</summary>
internal sealed record ProofTimes(DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt, DateTimeOffset? NotBefore)
{
    private const string Iat = "iat";
    private const string Exp = "exp";
    private const string Nbf = "nbf";

    /// <summary>iat and exp are required, nbf may be missing.</summary>
    /// <param name="unsound">The claim that is missing or no time.</param>
    public static bool TryRead(JsonElement claims, [NotNullWhen(true)] out ProofTimes? times, [NotNullWhen(false)] out string? unsound)
    {
        times = null;
        var (issuedAt, expiresAt, notBefore) = (TimeOf(claims, Iat), TimeOf(claims, Exp), TimeOf(claims, Nbf));
        unsound = issuedAt is null ? Iat
            : expiresAt is null ? Exp
            : notBefore is null && claims.TryGetProperty(Nbf, out _) ? Nbf
            : null;
        if (unsound is not null)
        {
            return false;
        }

        times = new ProofTimes(issuedAt!.Value, expiresAt!.Value, notBefore);
        return true;
    }

    private static DateTimeOffset? TimeOf(JsonElement claims, string name) =>
        claims.GetOptionalNumericDate(name) is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
}
