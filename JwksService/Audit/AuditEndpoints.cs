using System.ComponentModel;
using System.Globalization;

using B2BAssertions.JwksService.Access;
using B2BAssertions.JwksService.Database;
using B2BAssertions.JwksService.Partners;

using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace B2BAssertions.JwksService.Audit;

/// <summary>The trail of one partner, for operators (KR-09).</summary>
internal static class AuditEndpoints
{
    public static void MapAudit(this WebApplication app) => app
        .MapAdministration($"{PartnerEndpoints.Path}/{{clientId}}/audit", AccessPolicies.Operator)
        .WithTags("Audit")
        .MapGet("", ListAsync)
        .WithName("ListAuditRecords")
        .WithSummary("Every change of the partner and its keys, a page at a time, oldest first.")
        .ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<Results<Ok<AuditPage>, ProblemHttpResult>> ListAsync(
        string clientId,
        JwksDbContext database,
        CancellationToken cancellationToken,
        [Description("Most records in the page: 1 to 500, by default 100.")] string? limit = null,
        [Description("Id of a record: the page starts behind it.")] string? after = null)
    {
        if (!PageQuery.TryRead(limit, out var page, out var fault))
        {
            return fault.ToProblem();
        }

        var start = 0L;
        if (after is not null && !long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out start))
        {
            return RegistryFault.PageInvalid("after: expected the id of a record.").ToProblem();
        }

        if (!await database.Partners.AnyAsync(partner => partner.ClientId == clientId, cancellationToken))
        {
            return RegistryFault.PartnerUnknown.ToProblem();
        }

        var rows = await database.AuditRecords.AsNoTracking()
            .Where(record => record.ClientId == clientId && record.Id > start)
            .OrderBy(record => record.Id)
            .Take(page.Probe)
            .ToListAsync(cancellationToken);
        var records = rows.Take(page.Limit).Select(AuditRecordView.From).ToList();
        var next = page.Next(
            $"{PartnerEndpoints.Path}/{clientId}/audit", rows.Count, () => records[^1].Id.ToString(CultureInfo.InvariantCulture));
        return TypedResults.Ok(new AuditPage(records, next));
    }
}
