using System.Reflection;

using B2BAssertions.AppHost.Operator;
using B2BAssertions.AppHost.Settings;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.AppHost.Dashboard;

/// <summary>
/// What an operator can do with the partner, in the dashboard: by the registry's own command line and API, with the operator's key of this
/// system. With an authorization server that does not know that key there are no such commands.
/// </summary>
internal static class PartnerCommands
{
    private static readonly TimeSpan ReplayLimit = TimeSpan.FromSeconds(10);

    public static IResourceBuilder<ProjectResource> WithPartnerCommands(this IResourceBuilder<ProjectResource> partner, SystemModel system)
    {
        if (partner.ApplicationBuilder.ExecutionContext.IsPublishMode || system.Settings.AuthorizationServer != AuthorizationServerKind.Embedded)
        {
            return partner;
        }

        var operations = new PartnerOperations(CommandLine(system));
        return partner
            .WithOperation("rotate-key", "Rotate key", "ArrowSync", operations.RequestRotationAsync,
                "Asks the partner to put a new key in the place of its own. No request fails meanwhile.",
                "Asked for. The partner looks every five minutes, and the new key signs some ten minutes later; its log has each step.")
            .WithOperation("revoke-key", "Revoke key", "KeyReset", operations.RevokeKeyAsync,
                "Takes the partner's key out of its key set at once and for ever.",
                "Revoked. Access tokens that the partner has work until they expire, within five minutes.",
                confirmation: "The partner gets no further access token with this key, and nothing undoes that. To start anew afterwards, stop the AppHost "
                    + $"and delete {WhatToDelete(system)}. Revoke the key?")
            .WithOperation("suspend-partner", "Stop partner", "PersonProhibited", operations.SuspendAsync,
                "Empties the partner's key set. Access tokens that it has work until they expire, within five minutes.",
                "Stopped, until it is resumed.")
            .WithOperation("resume-partner", "Resume partner", "PersonAvailable", operations.ResumeAsync,
                "Publishes the partner's keys again.",
                "Resumed. The partner's next flow succeeds.")
            .WithCommand(
                "replay-assertion",
                "Replay an assertion",
                context => ReplayAsync(system, context.CancellationToken),
                new CommandOptions
                {
                    Description = "Sends one assertion twice, as a thief would. The second is refused.",
                    IconName = "ArrowRepeatAll",
                });
    }

    private static IResourceBuilder<ProjectResource> WithOperation(
        this IResourceBuilder<ProjectResource> partner,
        string name,
        string displayName,
        string icon,
        Func<CancellationToken, Task<CommandOutput>> operation,
        string description,
        string done,
        string? confirmation = null) =>
        partner.WithCommand(
            name,
            displayName,
            async context =>
            {
                var output = await operation(context.CancellationToken);
                return output.IsSuccess
                    ? CommandResults.Success(done, output.Output, CommandResultFormat.Text)
                    : CommandResults.Failure(output.Failure);
            },
            new CommandOptions { Description = description, IconName = icon, ConfirmationMessage = confirmation });

    private static async Task<ExecuteCommandResult> ReplayAsync(SystemModel system, CancellationToken cancellationToken)
    {
        var addresses = system.Settings.Addresses;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ReplayLimit);
        try
        {
            using var key = OperatorKey.Open(system.FolderOf(OperatorKey.FolderName));
            using var http = new HttpClient(ServiceHttpClients.CreateHandler());
            var outcome = await new AssertionReplay(http, TimeProvider.System).RunAsync(
                addresses.AuthorizationServer, $"{addresses.AuthorizationServer}/token", addresses.JwksService, key, limit.Token);
            var text = $"""
                first   {(int)outcome.First} {outcome.First}
                second  {(int)outcome.Second} {outcome.Second}  {outcome.SecondError}
                trace   {outcome.TraceId}
                Under the trace the log of {ServiceNames.AuthorizationServer} has the code assertion_replayed.
                """;
            return outcome.IsRefused
                ? CommandResults.Success("The assertion was accepted once, and refused the second time.", text, CommandResultFormat.Text, displayImmediately: true)
                : CommandResults.Failure("The second answer is not the expected refusal.", text);
        }
        catch (StartupException exception)
        {
            return CommandResults.Failure($"The operator's key cannot be used: {exception.Message}");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return CommandResults.Failure($"The token endpoint does not answer: {exception.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return CommandResults.Failure($"The token endpoint has not answered twice within {ReplayLimit.TotalSeconds} s.");
        }
    }

    private static string WhatToDelete(SystemModel system) => system.Database is null
        ? system.Data
        : $"{system.Data} and the volume of the container {system.Database.Resource.Name}, where the registry is";

    /// <summary>The registry's command line, of the build that the AppHost itself is of.</summary>
    private static OperatorCommandLine CommandLine(SystemModel system) => OperatorCommandLine.ForProject(
        new Projects.JwksService().ProjectPath,
        typeof(PartnerCommands).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()?.Configuration ?? "Debug",
        system.Settings.Addresses.JwksService,
        Path.Combine(system.FolderOf(OperatorKey.FolderName), OperatorKey.FileName));
}
