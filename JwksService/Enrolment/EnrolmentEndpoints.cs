using System.ComponentModel;

using B2BAssertions.JwksService.Access;
using B2BAssertions.JwksService.Database;
using B2BAssertions.JwksService.Partners;

using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace B2BAssertions.JwksService.Enrolment;

/// <param name="LifetimeSeconds">How long the token works, in seconds; the registry's default when it is left out.</param>
/// <param name="KeepOthers">Whether the partner's tokens that are still open stay so; otherwise the new one replaces them.</param>
internal sealed record NewEnrolment(int? LifetimeSeconds = null, bool KeepOthers = false);

/// <summary>Where an operator gives out the one-time tokens with which partners register their first key (KR-07).</summary>
internal static class EnrolmentEndpoints
{
    private const string IdDescription = "Id of the enrolment token, as the list names it.";

    public static void AddEnrolment(this IServiceCollection services)
    {
        services.AddScoped<EnrolmentTokens>();
        services.AddScoped<EnrolmentDesk>();
        services.AddScoped<ConfiguredTokens>();
    }

    public static void MapEnrolment(this WebApplication app)
    {
        var enrolments = app.MapAdministration($"{PartnerEndpoints.Path}/{{clientId}}/enrolments", AccessPolicies.Operator)
            .WithTags("Enrolment")
            .ProducesProblem(StatusCodes.Status404NotFound);
        enrolments.MapPost("", CreateAsync).TakesBody().LimitsSubmissions()
            .WithName("CreateEnrolment")
            .WithSummary("Makes a one-time token for the partner's first key. The answer is the only place that ever shows it.")
            .WithDescription("The partner's tokens that are still open are revoked by it, unless keepOthers is true.");
        enrolments.MapGet("", ListAsync).WithName("ListEnrolments").WithSummary("The partner's enrolment tokens without the tokens themselves.");
        enrolments.MapGet("/{id:guid}", GetAsync).WithName("GetEnrolment").WithSummary("One enrolment token without the token itself.");
        enrolments.MapPost("/{id:guid}/revoke", RevokeAsync)
            .WithName("RevokeEnrolment")
            .WithSummary("Makes a token that is still open worthless.")
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<Results<Created<CreatedEnrolment>, ProblemHttpResult>> CreateAsync(
        string clientId,
        Caller caller,
        EnrolmentDesk desk,
        CancellationToken cancellationToken,
        NewEnrolment? enrolment = null)
    {
        var created = await desk.CreateAsync(clientId, enrolment ?? new NewEnrolment(), caller.Actor, cancellationToken);
        return created.IsSound
            ? TypedResults.Created($"{PartnerEndpoints.Path}/{clientId}/enrolments/{created.Value.Id}", created.Value)
            : created.Fault.ToProblem();
    }

    private static async Task<Results<Ok<EnrolmentList>, ProblemHttpResult>> ListAsync(
        string clientId,
        JwksDbContext database,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (!await database.Partners.AnyAsync(partner => partner.ClientId == clientId, cancellationToken))
        {
            return RegistryFault.PartnerUnknown.ToProblem();
        }

        var tokens = await database.EnrolmentTokens.AsNoTracking()
            .Where(token => token.ClientId == clientId)
            .OrderBy(token => token.CreatedAt)
            .ThenBy(token => token.Id)
            .ToListAsync(cancellationToken);
        var now = time.GetUtcNow();
        return TypedResults.Ok(new EnrolmentList([.. tokens.Select(token => EnrolmentView.From(token, now))]));
    }

    private static async Task<Results<Ok<EnrolmentView>, ProblemHttpResult>> GetAsync(
        string clientId,
        [Description(IdDescription)] Guid id,
        JwksDbContext database,
        TimeProvider time,
        CancellationToken cancellationToken) =>
        await database.EnrolmentTokens.AsNoTracking()
            .SingleOrDefaultAsync(token => token.ClientId == clientId && token.Id == id, cancellationToken) is { } token
            ? TypedResults.Ok(EnrolmentView.From(token, time.GetUtcNow()))
            : RegistryFault.EnrolmentUnknown.ToProblem();

    private static async Task<Results<Ok<EnrolmentView>, ProblemHttpResult>> RevokeAsync(
        string clientId,
        [Description(IdDescription)] Guid id,
        Caller caller,
        EnrolmentDesk desk,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        var revoked = await desk.RevokeAsync(clientId, id, caller.Actor, cancellationToken);
        return revoked.IsSound ? TypedResults.Ok(EnrolmentView.From(revoked.Value, time.GetUtcNow())) : revoked.Fault.ToProblem();
    }
}
