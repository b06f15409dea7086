using System.Net.Http.Headers;

using B2BAssertions.JwksService.Database;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Primitives;

namespace B2BAssertions.JwksService.Enrolment;

/// <summary>Checks the enrolment token of a request, one rule after the other (KR-07). Whether it is still open decides its use.</summary>
internal sealed class EnrolmentTokens(JwksDbContext database, TimeProvider time)
{
    public async Task<Checked<EnrolmentToken>> CheckAsync(string clientId, StringValues authorization, CancellationToken cancellationToken)
    {
        if (BearerTokenOf(authorization) is not { } text)
        {
            return EnrolmentFault.TokenMissing;
        }

        if (await FindAsync(clientId, text, cancellationToken) is not { } token)
        {
            return EnrolmentFault.TokenInvalid;
        }

        var fault = CheckUnused(token) ?? CheckNotRevoked(token) ?? CheckNotExpired(token);
        return fault is null ? token : fault;
    }

    /// <summary>RFC 6750 §2.1: one header, the scheme in any case.</summary>
    private static string? BearerTokenOf(StringValues authorization) =>
        authorization.Count == 1
        && AuthenticationHeaderValue.TryParse(authorization, out var value)
        && value.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)
        && !string.IsNullOrEmpty(value.Parameter)
            ? value.Parameter
            : null;

    /// <summary>Looked up by the partner and compared in constant time: a token of another partner is no token here.</summary>
    private async Task<EnrolmentToken?> FindAsync(string clientId, string text, CancellationToken cancellationToken)
    {
        if (!EnrolmentTokenText.IsStrong(text))
        {
            return null;
        }

        var hash = EnrolmentTokenText.Hash(text);
        var tokens = await database.EnrolmentTokens.AsNoTracking()
            .Where(token => token.ClientId == clientId)
            .ToListAsync(cancellationToken);
        return tokens.Find(token => token.HasHash(hash));
    }

    private static EnrolmentFault? CheckUnused(EnrolmentToken token) =>
        token.UsedAt is null ? null : EnrolmentFault.TokenUsed;

    private static EnrolmentFault? CheckNotRevoked(EnrolmentToken token) =>
        token.RevokedAt is null ? null : EnrolmentFault.TokenRevoked;

    private EnrolmentFault? CheckNotExpired(EnrolmentToken token) =>
        token.ExpiresAt > time.GetUtcNow() ? null : EnrolmentFault.TokenExpired(token.ExpiresAt);
}
