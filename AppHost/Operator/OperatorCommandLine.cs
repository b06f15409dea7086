using System.Diagnostics;

namespace B2BAssertions.AppHost.Operator;

/// <summary>
/// The command line of JwksService, run as an operator runs it: with the operator's key, over HTTP, through the registry's own checks and
/// into its audit trail. There is no other way in.
/// </summary>
/// <param name="command">The program and what comes before the command's own arguments.</param>
internal sealed class OperatorCommandLine(IReadOnlyList<string> command, string registry, string keyFile)
{
    /// <summary>JwksService as its project's build left it.</summary>
    public static OperatorCommandLine ForProject(string project, string configuration, string registry, string keyFile) => new(
        ["dotnet", "run", "--project", project, "--configuration", configuration, "--no-build", "--no-launch-profile", "--"],
        registry,
        keyFile);

    public async Task<CommandOutput> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(command[0])
        {
            RedirectStandardError = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (var argument in command.Skip(1).Concat(arguments).Append("--allow-http"))
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment["B2B_REGISTRY"] = registry;
        start.Environment["B2B_KEY_FILE"] = keyFile;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} did not start.");
        process.StandardInput.Close();
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return new CommandOutput(process.ExitCode, (await output).Trim(), (await error).Trim());
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
