using System.ComponentModel;

using B2BAssertions.JwksService.Access;
using B2BAssertions.JwksService.Database;

using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace B2BAssertions.JwksService.Partners;

/// <summary>What an operator does with partners: add, look up, change, suspend, resume.</summary>
internal static class PartnerEndpoints
{
    public const string Path = "/partners";

    public static void AddPartners(this IServiceCollection services)
    {
        services.AddScoped<PartnerDirectory>();
        services.AddScoped<PartnerChanges>();
        services.AddHostedService<ConfiguredPartners>();
    }

    public static void MapPartners(this WebApplication app)
    {
        var partners = app.MapAdministration(Path, AccessPolicies.Operator).WithTags("Partners");
        partners.MapPost("", AddAsync).TakesBody().WithName("AddPartner").WithSummary("Adds a partner, which has no key at first.")
            .ProducesProblem(StatusCodes.Status409Conflict);
        partners.MapGet("", ListAsync).WithName("ListPartners").WithSummary("All partners, a page at a time, by client id.");

        var partner = partners.MapGroup("/{clientId}").ProducesProblem(StatusCodes.Status404NotFound);
        partner.MapGet("", GetAsync).WithName("GetPartner").WithSummary("One partner.");
        partner.MapPut("", ChangeAsync).TakesBody().WithName("ChangePartner")
            .WithSummary("Changes a partner. Keys registered before stay as they are, also when their algorithm is no longer allowed.")
            .WithDescription("Where the partner stands in the registry's configuration too, the next start puts the configured values back.");
        partner.MapPost("/suspend", SuspendAsync).TakesBody().WithName("SuspendPartner")
            .WithSummary("Empties the partner's key set until it is resumed, and revokes its open enrolment tokens. Its keys are kept.")
            .ProducesProblem(StatusCodes.Status409Conflict);
        partner.MapPost("/resume", ResumeAsync).WithName("ResumePartner")
            .WithSummary("Publishes the keys of a suspended partner again.")
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<Results<Created<PartnerView>, ProblemHttpResult>> AddAsync(
        NewPartner partner,
        Caller caller,
        PartnerDirectory directory,
        IOptions<JwksServiceOptions> options,
        CancellationToken cancellationToken)
    {
        var added = await directory.AddAsync(partner, caller.Actor, cancellationToken);
        return added.IsSound
            ? TypedResults.Created($"{Path}/{added.Value.ClientId}", PartnerView.From(added.Value, options.Value))
            : added.Fault.ToProblem();
    }

    private static async Task<Results<Ok<PartnerPage>, ProblemHttpResult>> ListAsync(
        JwksDbContext database,
        IOptions<JwksServiceOptions> options,
        CancellationToken cancellationToken,
        [Description("Most partners in the page: 1 to 500, by default 100.")] string? limit = null,
        [Description("Client id: the page starts behind it.")] string? after = null)
    {
        if (!PageQuery.TryRead(limit, out var page, out var fault))
        {
            return fault.ToProblem();
        }

        if (after is not null && !ClientId.IsSound(after))
        {
            return RegistryFault.PageInvalid("after: expected a client id.").ToProblem();
        }

        var start = after ?? string.Empty;
        var rows = await database.Partners.AsNoTracking()
            .Where(partner => partner.ClientId.CompareTo(start) > 0)
            .OrderBy(partner => partner.ClientId)
            .Take(page.Probe)
            .ToListAsync(cancellationToken);
        var partners = rows.Take(page.Limit).Select(partner => PartnerView.From(partner, options.Value)).ToList();
        return TypedResults.Ok(new PartnerPage(partners, page.Next(Path, rows.Count, () => partners[^1].ClientId)));
    }

    private static async Task<Results<Ok<PartnerView>, ProblemHttpResult>> GetAsync(
        string clientId,
        JwksDbContext database,
        IOptions<JwksServiceOptions> options,
        CancellationToken cancellationToken) =>
        await database.Partners.AsNoTracking().SingleOrDefaultAsync(row => row.ClientId == clientId, cancellationToken) is { } partner
            ? TypedResults.Ok(PartnerView.From(partner, options.Value))
            : RegistryFault.PartnerUnknown.ToProblem();

    private static async Task<Results<Ok<PartnerView>, ProblemHttpResult>> ChangeAsync(
        string clientId,
        ChangedPartner partner,
        Caller caller,
        PartnerDirectory directory,
        IOptions<JwksServiceOptions> options,
        CancellationToken cancellationToken) =>
        Answer(await directory.ChangeAsync(clientId, partner, caller.Actor, cancellationToken), options.Value);

    private static async Task<Results<Ok<PartnerView>, ProblemHttpResult>> SuspendAsync(
        string clientId,
        Reason reason,
        Caller caller,
        PartnerDirectory directory,
        IOptions<JwksServiceOptions> options,
        CancellationToken cancellationToken) =>
        Answer(await directory.SuspendAsync(clientId, reason, caller.Actor, cancellationToken), options.Value);

    private static async Task<Results<Ok<PartnerView>, ProblemHttpResult>> ResumeAsync(
        string clientId,
        Caller caller,
        PartnerDirectory directory,
        IOptions<JwksServiceOptions> options,
        CancellationToken cancellationToken) =>
        Answer(await directory.ResumeAsync(clientId, caller.Actor, cancellationToken), options.Value);

    private static Results<Ok<PartnerView>, ProblemHttpResult> Answer(Checked<Partner> result, JwksServiceOptions options) =>
        result.IsSound ? TypedResults.Ok(PartnerView.From(result.Value, options)) : result.Fault.ToProblem();
}
