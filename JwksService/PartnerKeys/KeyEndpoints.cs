using System.ComponentModel;

using B2BAssertions.JwksService.Access;
using B2BAssertions.JwksService.Database;
using B2BAssertions.JwksService.Partners;

using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace B2BAssertions.JwksService.PartnerKeys;

/// <param name="OverlapSeconds">How long the key is still published, in seconds; the registry's default when it is left out.</param>
internal sealed record Retirement(int? OverlapSeconds = null);

/// <summary>A partner's keys, for the partner itself and for operators.</summary>
internal static class KeyEndpoints
{
    public const string Path = $"{PartnerEndpoints.Path}/{{clientId}}/keys";

    private const string KidDescription = "The key's kid, or its thumbprint.";

    public static void MapKeys(this WebApplication app)
    {
        var keys = app.MapAdministration(Path, AccessPolicies.OperatorOrOwnPartner)
            .WithTags("Keys")
            .ProducesProblem(StatusCodes.Status404NotFound);
        keys.MapGet("", ListAsync).WithName("ListKeys").WithSummary("All keys that the partner ever had, a page at a time, oldest first.");
        keys.MapGet("/{kid}", GetAsync).WithName("GetKey").WithSummary("One key.");

        var changes = keys.MapGroup("/{kid}").LimitsPartners().ProducesProblem(StatusCodes.Status409Conflict);
        changes.MapPost("/activate", ActivateAsync).WithName("ActivateKey").WithSummary("Makes a pending key active before its time.");
        changes.MapPost("/retire", RetireAsync).TakesBody().WithName("RetireKey").WithSummary("Lets a key leave the key set after an overlap.");
        changes.MapPost("/revoke", RevokeAsync).TakesBody().WithName("RevokeKey").WithSummary("Takes a key out of the key set at once.");

        app.MapAdministration($"{Path}/{{kid}}/request-rotation", AccessPolicies.Operator)
            .WithTags("Keys")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .MapPost("", RequestRotationAsync)
            .TakesBody()
            .WithName("RequestKeyRotation")
            .WithSummary("Asks the partner to put a new key in the place of this one; once is enough.");
    }

    private static async Task<Results<Ok<KeyPage>, ProblemHttpResult>> ListAsync(
        string clientId,
        JwksDbContext database,
        TimeProvider time,
        IOptions<JwksServiceOptions> options,
        CancellationToken cancellationToken,
        [Description("Most keys in the page: 1 to 500, by default 100.")] string? limit = null,
        [Description("Thumbprint of a key: the page starts behind it.")] string? after = null)
    {
        if (!PageQuery.TryRead(limit, out var page, out var fault))
        {
            return fault.ToProblem();
        }

        var keys = database.PartnerKeys.AsNoTracking().Where(key => key.ClientId == clientId);
        var rest = keys;
        if (after is not null)
        {
            var start = after.Any(char.IsControl) ? null : await keys.SingleOrDefaultAsync(key => key.Thumbprint == after, cancellationToken);
            if (start is null)
            {
                return RegistryFault.PageInvalid("after: expected the thumbprint of a key of this partner.").ToProblem();
            }

            rest = keys.Where(key =>
                key.CreatedAt > start.CreatedAt || (key.CreatedAt == start.CreatedAt && key.KeyId.CompareTo(start.KeyId) > 0));
        }

        var rows = await rest.OrderBy(key => key.CreatedAt).ThenBy(key => key.KeyId).Take(page.Probe).ToListAsync(cancellationToken);
        if (rows.Count == 0 && after is null && !await database.Partners.AnyAsync(partner => partner.ClientId == clientId, cancellationToken))
        {
            return RegistryFault.PartnerUnknown.ToProblem();
        }

        var now = time.GetUtcNow();
        var views = rows.Take(page.Limit).Select(key => KeyView.From(key, now, options.Value)).ToList();
        return TypedResults.Ok(new KeyPage(views, page.Next($"{PartnerEndpoints.Path}/{clientId}/keys", rows.Count, () => views[^1].Thumbprint)));
    }

    private static async Task<Results<Ok<KeyView>, ProblemHttpResult>> GetAsync(
        string clientId,
        [Description(KidDescription)] string kid,
        JwksDbContext database,
        TimeProvider time,
        IOptions<JwksServiceOptions> options,
        CancellationToken cancellationToken) =>
        await database.FindKeyAsync(clientId, kid, cancellationToken) is { } key
            ? TypedResults.Ok(KeyView.From(key, time.GetUtcNow(), options.Value))
            : RegistryFault.KeyUnknown.ToProblem();

    private static async Task<Results<Ok<KeyView>, ProblemHttpResult>> ActivateAsync(
        string clientId,
        [Description(KidDescription)] string kid,
        Caller caller,
        KeyLifecycle lifecycle,
        TimeProvider time,
        IOptions<JwksServiceOptions> options,
        CancellationToken cancellationToken) =>
        Answer(await lifecycle.ActivateAsync(clientId, kid, caller.Actor, cancellationToken), time, options);

    private static async Task<Results<Ok<KeyView>, ProblemHttpResult>> RetireAsync(
        string clientId,
        [Description(KidDescription)] string kid,
        Caller caller,
        KeyLifecycle lifecycle,
        TimeProvider time,
        IOptions<JwksServiceOptions> options,
        CancellationToken cancellationToken,
        Retirement? retirement = null)
    {
        TimeSpan? overlap = retirement?.OverlapSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        return Answer(await lifecycle.RetireAsync(clientId, kid, overlap, caller.Actor, cancellationToken), time, options);
    }

    private static async Task<Results<Ok<KeyView>, ProblemHttpResult>> RevokeAsync(
        string clientId,
        [Description(KidDescription)] string kid,
        Reason reason,
        Caller caller,
        KeyLifecycle lifecycle,
        TimeProvider time,
        IOptions<JwksServiceOptions> options,
        CancellationToken cancellationToken) =>
        Answer(await lifecycle.RevokeAsync(clientId, kid, reason, caller.Actor, cancellationToken), time, options);

    private static async Task<Results<Ok<KeyView>, ProblemHttpResult>> RequestRotationAsync(
        string clientId,
        [Description(KidDescription)] string kid,
        Reason reason,
        Caller caller,
        KeyLifecycle lifecycle,
        TimeProvider time,
        IOptions<JwksServiceOptions> options,
        CancellationToken cancellationToken) =>
        Answer(await lifecycle.RequestRotationAsync(clientId, kid, reason, caller.Actor, cancellationToken), time, options);

    private static Results<Ok<KeyView>, ProblemHttpResult> Answer(
        Checked<PartnerKey> result,
        TimeProvider time,
        IOptions<JwksServiceOptions> options) =>
        result.IsSound ? TypedResults.Ok(KeyView.From(result.Value, time.GetUtcNow(), options.Value)) : result.Fault.ToProblem();
}
