using B2BAssertions.DatabaseDefaults;
using B2BAssertions.Jose;
using B2BAssertions.JwksService.Database;
using B2BAssertions.JwksService.Enrolment;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace B2BAssertions.JwksService.PartnerKeys;

/// <summary>
/// Puts the configured partners, and the hashes of their enrolment tokens, into the database: after its migration and before the first
/// request. Starting twice, or two replicas at once, changes nothing more.
/// </summary>
internal sealed partial class ConfiguredPartners(
    IServiceScopeFactory scopes,
    IOptions<JwksServiceOptions> options,
    TimeProvider time,
    ILogger<ConfiguredPartners> logger) : IHostedService
{
    private const int MaxAttempts = 5;

    /// <summary>What to log once it is stored.</summary>
    private readonly List<Action> _done = [];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await StoreAllAsync(cancellationToken);
                return;
            }
            catch (DbUpdateException exception) when (exception.IsUniqueViolation() && attempt < MaxAttempts)
            {
                // Another replica stored the same at the same time: what it stored is read in the next attempt.
            }
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task StoreAllAsync(CancellationToken cancellationToken)
    {
        _done.Clear();
        await using var scope = scopes.CreateAsyncScope();
        var database = scope.ServiceProvider.GetRequiredService<JwksDbContext>();
        await using var transaction = await database.Database.BeginTransactionAsync(cancellationToken);
        foreach (var configured in options.Value.Partners)
        {
            await StorePartnerAsync(database, configured, cancellationToken);
            if (configured.EnrolmentToken is { Length: > 0 } token)
            {
                await StoreTokenAsync(database, configured.ClientId, token, cancellationToken);
            }
        }

        await database.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        _done.ForEach(log => log());
    }

    private async Task StorePartnerAsync(JwksDbContext database, ConfiguredPartner configured, CancellationToken cancellationToken)
    {
        List<string> algorithms = configured.AllowedAlgorithms.Count > 0
            ? [.. configured.AllowedAlgorithms]
            : [.. SigningAlgorithm.All.Select(algorithm => algorithm.Name)];
        if (await database.Partners.FindAsync([configured.ClientId], cancellationToken) is { } partner)
        {
            partner.Name = configured.Name;
            partner.AllowedAlgorithms = algorithms;
            return;
        }

        database.Partners.Add(new Partner
        {
            ClientId = configured.ClientId,
            Name = configured.Name,
            AllowedAlgorithms = algorithms,
            CreatedAt = time.GetUtcNow(),
        });
        _done.Add(() => Log.PartnerAdded(logger, configured.ClientId));
    }

    private async Task StoreTokenAsync(JwksDbContext database, string clientId, string text, CancellationToken cancellationToken)
    {
        var hash = EnrolmentTokenText.Hash(text);
        var tokens = await database.EnrolmentTokens.Where(token => token.ClientId == clientId).ToListAsync(cancellationToken);
        if (tokens.Exists(token => token.HasHash(hash)))
        {
            return;
        }

        // Who makes a new token at each start must not leave a way in behind a partner that is enrolled, or was revoked.
        if (await database.PartnerKeys.AnyAsync(key => key.ClientId == clientId, cancellationToken))
        {
            _done.Add(() => Log.TokenNotNeeded(logger, clientId));
            return;
        }

        var now = time.GetUtcNow();
        foreach (var replaced in tokens.Where(token => token.Source == EnrolmentTokenSource.Configuration && token.IsOpen))
        {
            replaced.RevokedAt = now;
        }

        var stored = EnrolmentToken.Configured(clientId, hash, now, options.Value.EnrolmentTokenLifetime);
        database.EnrolmentTokens.Add(stored);
        _done.Add(() => Log.TokenStored(logger, clientId, stored.ExpiresAt));
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Partner {ClientId} is added from the configuration.")]
        public static partial void PartnerAdded(ILogger logger, string clientId);

        [LoggerMessage(LogLevel.Information, "Partner {ClientId} may register a first key with the configured token until {ExpiresAt:u}.")]
        public static partial void TokenStored(ILogger logger, string clientId, DateTimeOffset expiresAt);

        [LoggerMessage(LogLevel.Information, "The configured token of partner {ClientId} is not used: the partner has a key already.")]
        public static partial void TokenNotNeeded(ILogger logger, string clientId);
    }
}
