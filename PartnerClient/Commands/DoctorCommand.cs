using System.CommandLine;

using B2BAssertions.CommandLines;
using B2BAssertions.PartnerClient.Doctor;

namespace B2BAssertions.PartnerClient.Commands;

/// <summary><c>doctor</c>: what is wrong between this client and its servers, and what to do about it.</summary>
internal static class DoctorCommand
{
    private const string Description =
        "Goes through all that the worker needs, a line each: settings, key, clock, the servers, a token, a page of orders. For what failed it says what "
        + "to do. It enrols nothing, makes nothing and shows no secret. Exit codes: 0 when nothing failed, 1 otherwise.";

    public static Command Create(CommandFactory<PartnerRun> commands) => commands.Create("doctor", Description, [], RunAsync);

    private static async Task<int> RunAsync(PartnerRun run, CancellationToken cancellationToken)
    {
        run.Adjust(builder => builder.Services.AddDoctor());
        var report = await run.Part<Examination>().RunAsync(finding => Tell(run, finding), cancellationToken);
        run.Output.WriteLine(run.IsJson ? ExaminationJson.Describe(report) : FindingText.Describe(report));
        return report.IsHealthy ? ExitCodes.Done : ExitCodes.Failed;
    }

    /// <summary>At once: a server that hangs is seen to do so.</summary>
    private static void Tell(PartnerRun run, Finding finding)
    {
        if (!run.IsJson)
        {
            run.Output.WriteLine(FindingText.Describe(finding));
        }
    }
}
