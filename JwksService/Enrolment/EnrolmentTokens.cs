using B2BAssertions.JwksService.Database;

using Microsoft.EntityFrameworkCore;

namespace B2BAssertions.JwksService.Enrolment;

/// <summary>Checks the enrolment token of a request, one rule after the other (KR-07). Its use looks again whether it is open.</summary>
internal sealed class EnrolmentTokens(JwksDbContext database, TimeProvider time)
{
    public async Task<Checked<EnrolmentToken>> CheckAsync(string clientId, string text, CancellationToken cancellationToken)
    {
        if (await FindAsync(clientId, text, cancellationToken) is not { } token)
        {
            return RegistryFault.TokenInvalid;
        }

        return CheckIsOpen(token, time.GetUtcNow()) is { } fault ? fault : token;
    }

    public static RegistryFault? CheckIsOpen(EnrolmentToken token, DateTimeOffset now) =>
        CheckUnused(token) ?? CheckNotRevoked(token) ?? CheckNotExpired(token, now);

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

    private static RegistryFault? CheckUnused(EnrolmentToken token) =>
        token.UsedAt is null ? null : RegistryFault.TokenUsed;

    private static RegistryFault? CheckNotRevoked(EnrolmentToken token) =>
        token.RevokedAt is null ? null : RegistryFault.TokenRevoked;

    private static RegistryFault? CheckNotExpired(EnrolmentToken token, DateTimeOffset now) =>
        token.ExpiresAt > now ? null : RegistryFault.TokenExpired(token.ExpiresAt);
}
