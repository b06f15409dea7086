using B2BAssertions.DatabaseDefaults;
using B2BAssertions.Jose;
using B2BAssertions.JwksService.Database;
using B2BAssertions.JwksService.Enrolment;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace B2BAssertions.JwksService.PartnerKeys;

/// <summary>
/// Puts the configured partners, and the hashes of their enrolment tokens, into the database: after its migration and before the first
/// request. Starting twice, or two replicas at once, changes nothing more. A partner that is no longer configured stays with its keys,
/// because the database, not the configuration, is where those are kept.
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
        }

        await scope.ServiceProvider.GetRequiredService<ConfiguredTokens>().StoreAsync(_done, cancellationToken);
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

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Partner {ClientId} is added from the configuration.")]
        public static partial void PartnerAdded(ILogger logger, string clientId);
    }
}
