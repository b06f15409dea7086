using System.Diagnostics;

using B2BAssertions.IntegrationTests.JwksServiceTests.Commands;
using B2BAssertions.ServiceDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.Flow;

/// <summary>A command of PartnerClient, typed into a process of its own.</summary>
internal static class PartnerCommand
{
    /// <summary>Of a rotation, which waits for the readers of a key set, by far.</summary>
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromMinutes(3);

    /// <param name="settings">Settings, and variables of the environment beside them.</param>
    public static async Task<Typed> TypeAsync(IReadOnlyDictionary<string, string> settings, string input, params string[] args)
    {
        var start = new ProcessStartInfo(BuiltExecutable.Of("PartnerClient"), args)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.TryAdd("DOTNET_ROOT", BuiltExecutable.RuntimeRoot);
        foreach (var (name, value) in settings)
        {
            start.Environment[SettingNames.ToEnvironmentVariable(name)] = value;
        }

        using var process = Process.Start(start)!;
        try
        {
            using var givingUp = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            givingUp.CancelAfter(GiveUpAfter);
            var cancellation = givingUp.Token;
            var output = process.StandardOutput.ReadToEndAsync(cancellation);
            var error = process.StandardError.ReadToEndAsync(cancellation);
            await process.StandardInput.WriteAsync(input.AsMemory(), cancellation);
            process.StandardInput.Close();
            await process.WaitForExitAsync(cancellation);
            return new Typed(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }
}
