using B2BAssertions.JwksService.Database;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace B2BAssertions.JwksService.Enrolment;

/// <summary>
/// Makes the open enrolment tokens those of the configuration (KR-07): one that no longer stands there is revoked, also when its partner
/// is gone from there. Works in the caller's transaction.
/// </summary>
internal sealed partial class ConfiguredTokens(
    JwksDbContext database,
    IOptions<JwksServiceOptions> options,
    TimeProvider time,
    ILogger<ConfiguredTokens> logger)
{
    /// <param name="done">Gets what to log once it is stored.</param>
    public async Task StoreAsync(ICollection<Action> done, CancellationToken cancellationToken)
    {
        var configured = options.Value.Partners
            .Where(partner => partner.EnrolmentToken is { Length: > 0 })
            .ToDictionary(partner => partner.ClientId, partner => EnrolmentTokenText.Hash(partner.EnrolmentToken!));
        await RevokeOthersAsync(configured, done, cancellationToken);
        foreach (var (clientId, hash) in configured)
        {
            await OpenAsync(clientId, hash, done, cancellationToken);
        }
    }

    private async Task RevokeOthersAsync(
        Dictionary<string, byte[]> configured,
        ICollection<Action> done,
        CancellationToken cancellationToken)
    {
        var open = await database.EnrolmentTokens
            .Where(token => token.Source == EnrolmentTokenSource.Configuration && token.UsedAt == null && token.RevokedAt == null)
            .ToListAsync(cancellationToken);
        foreach (var token in open.Where(token => !configured.TryGetValue(token.ClientId, out var hash) || !token.HasHash(hash)))
        {
            token.RevokedAt = time.GetUtcNow();
            done.Add(() => Log.TokenRevoked(logger, token.ClientId));
        }
    }

    private async Task OpenAsync(string clientId, byte[] hash, ICollection<Action> done, CancellationToken cancellationToken)
    {
        var tokens = await database.EnrolmentTokens.Where(token => token.ClientId == clientId).ToListAsync(cancellationToken);
        var stored = tokens.Find(token => token.HasHash(hash));
        if (stored is not null and not { Source: EnrolmentTokenSource.Configuration, UsedAt: null, RevokedAt: not null })
        {
            return;
        }

        // Who makes a new token at each start must not leave a way in behind a partner that is enrolled, or was revoked.
        if (await database.PartnerKeys.AnyAsync(key => key.ClientId == clientId, cancellationToken))
        {
            done.Add(() => Log.TokenNotNeeded(logger, clientId));
            return;
        }

        if (stored is null)
        {
            stored = EnrolmentToken.Configured(clientId, hash, time.GetUtcNow(), options.Value.EnrolmentTokenLifetime);
            database.EnrolmentTokens.Add(stored);
        }

        // One that is configured again, as after a rollback, works again, but no longer than from its first start.
        stored.RevokedAt = null;
        done.Add(() => Log.TokenOpen(logger, clientId, stored.ExpiresAt));
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "The enrolment token of partner {ClientId} is revoked: it is no longer configured.")]
        public static partial void TokenRevoked(ILogger logger, string clientId);

        [LoggerMessage(LogLevel.Information, "Partner {ClientId} may register a first key with the configured token until {ExpiresAt:u}.")]
        public static partial void TokenOpen(ILogger logger, string clientId, DateTimeOffset expiresAt);

        [LoggerMessage(LogLevel.Information, "The configured token of partner {ClientId} is not used: the partner has a key already.")]
        public static partial void TokenNotNeeded(ILogger logger, string clientId);
    }
}
