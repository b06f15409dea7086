using System.Reflection;

using B2BAssertions.AppHost.Operator;
using B2BAssertions.AppHost.Settings;
using B2BAssertions.OutgoingHttp;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.AppHost.Dashboard;

/// <summary>
/// What an operator can do with the partner, in the dashboard: by the registry's own command line and API, with the operator's key of this
/// system. With an authorization server that does not know that key there are no such commands.
/// </summary>
internal static class PartnerCommands
{
    private const string PartnerArgument = "partner";
    private const string ReasonArgument = "reason";
    private const string ConfirmArgument = "confirm";

    /// <summary>The max-age of the key set, then the lifetime of an access token that was issued at its end.</summary>
    private const string UntilAccessEnds = "The authorization server may issue tokens for up to five minutes more, while its copy of the key set is still "
        + "fresh, and each works until it expires, for up to five minutes: ten minutes at most.";

    private static readonly TimeSpan ReplayLimit = TimeSpan.FromSeconds(10);

    public static IResourceBuilder<ProjectResource> WithPartnerCommands(this IResourceBuilder<ProjectResource> partner, SystemModel system)
    {
        if (partner.ApplicationBuilder.ExecutionContext.IsPublishMode || system.Settings.AuthorizationServer != AuthorizationServerKind.Embedded)
        {
            return partner;
        }

        var operations = new PartnerOperations(CommandLine(system));
        return partner
            .WithOperation("rotate-key", "Rotate key", "ArrowSync", confirm: false,
                (arguments, cancellationToken) => operations.RequestRotationAsync(arguments.Partner, arguments.Reason, cancellationToken),
                "Asks the partner to replace its key with a new one. No request fails meanwhile.",
                "Requested. The partner asks for such requests every five minutes, and signs with the new key some ten minutes later; its log has each step.",
                isHighlighted: true)
            .WithOperation("revoke-key", "Revoke key", "KeyReset", confirm: true,
                (arguments, cancellationToken) => operations.RevokeKeyAsync(arguments.Partner, arguments.Reason, cancellationToken),
                $"Takes the partner's key out of its key set at once and for ever. {UntilAccessEnds}",
                $"Revoked. {UntilAccessEnds}",
                confirmation: $"Nothing undoes this. To start over afterwards, stop the AppHost and delete {WhatToDelete(system)}. Revoke the key?")
            .WithOperation("suspend-partner", "Suspend partner", "PersonProhibited", confirm: true,
                (arguments, cancellationToken) => operations.SuspendAsync(arguments.Partner, arguments.Reason, cancellationToken),
                $"Empties the partner's key set until it is resumed. {UntilAccessEnds}",
                $"Suspended. {UntilAccessEnds}")
            .WithOperation("resume-partner", "Resume partner", "PersonAvailable", confirm: false,
                (arguments, cancellationToken) => operations.ResumeAsync(arguments.Partner, cancellationToken),
                "Publishes the partner's keys again.",
                "Resumed. A partner that was refused waits five to six minutes before it asks for a token again, so its next flow may take up to seven minutes.")
            .WithCommand(
                "replay-assertion",
                "Replay an assertion",
                context => ReplayAsync(system, context.CancellationToken),
                new CommandOptions
                {
                    Description = "Sends one assertion twice, as a thief would. The second is refused.",
                    IconName = "ArrowRepeatAll",
                    IsHighlighted = true,
                });
    }

    private static IResourceBuilder<ProjectResource> WithOperation(
        this IResourceBuilder<ProjectResource> partner,
        string name,
        string displayName,
        string icon,
        bool confirm,
        Func<(string Partner, string Reason), CancellationToken, Task<CommandOutput>> operation,
        string description,
        string done,
        string? confirmation = null,
        bool isHighlighted = false) =>
        partner.WithCommand(
            name,
            displayName,
            async context =>
            {
                var output = await operation((context.Arguments.GetString(PartnerArgument)!, context.Arguments.GetString(ReasonArgument)!), context.CancellationToken);
                return output.IsSuccess
                    ? CommandResults.Success(done, output.Output, CommandResultFormat.Text)
                    : CommandResults.Failure(output.Failure);
            },
            new CommandOptions
            {
                Description = description,
                IconName = icon,
                ConfirmationMessage = confirmation,
                IsHighlighted = isHighlighted,
                Arguments = Arguments(confirm),
                ValidateArguments = Validate,
            });

    /// <summary>The command line of Aspire shows no confirmation, so what destroys something takes the client id once more.</summary>
    private static List<InteractionInput> Arguments(bool confirm)
    {
        List<InteractionInput> arguments =
        [
            Text(PartnerArgument, "Partner", "The partner's client id.", value: SystemSettings.PartnerClientId),
            Text(ReasonArgument, "Reason", "Stands in the audit trail.", value: PartnerOperations.DefaultReason),
        ];
        if (confirm)
        {
            arguments.Insert(0, Text(ConfirmArgument, "Confirm", "The partner's client id once more.", placeholder: SystemSettings.PartnerClientId));
        }

        return arguments;

        static InteractionInput Text(string name, string label, string description, string? value = null, string? placeholder = null) => new()
        {
            Name = name,
            Label = label,
            Description = description,
            InputType = InputType.Text,
            Required = true,
            Value = value,
            Placeholder = placeholder,
        };
    }

    private static Task Validate(InputsDialogValidationContext context)
    {
        var partner = context.Inputs.GetString(PartnerArgument);
        if (context.Inputs.FirstOrDefault(input => input.Name == ConfirmArgument) is { } input && input.Value != partner)
        {
            context.AddValidationError(input, $"Expected '{partner}', the client id of the partner that this is for.");
        }

        return Task.CompletedTask;
    }

    private static async Task<ExecuteCommandResult> ReplayAsync(SystemModel system, CancellationToken cancellationToken)
    {
        var addresses = system.Settings.Addresses;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ReplayLimit);
        try
        {
            using var key = OperatorKey.Open(system.FolderOf(OperatorKey.FolderName));
            using var http = new HttpClient(OutgoingHandler.Create());
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
