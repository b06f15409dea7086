using System.CommandLine;

using B2BAssertions.CommandLines;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.PartnerClient.Commands;

/// <summary>
/// The command line beside the worker, in the same executable: what a partner does by hand, with the settings and by the code of the worker.
/// </summary>
internal static class CommandLine
{
    private const string Name = "PartnerClient";
    private const string RunName = "run";

    private const string Description =
        "The client of a business partner. Without a command, or with 'run', it is the worker. Worker and commands take their settings from the "
        + $"environment (PartnerClient__Issuer), from appsettings.json beside the executable or in the folder --contentRoot=FOLDER, or as "
        + $"--PartnerClient:Issuer=value. {CommandTree.ExitCodesInWords}";

    private const string Preparation =
        """
          export PartnerClient__ClientId=partner-b PartnerClient__Issuer=https://as.example.com DataDirectory=/var/lib/partner
          export PartnerClient__JwksService=https://keys.example.com PartnerClient__OrdersApi=https://api.example.com
        """;

    private static readonly string[] Examples =
    [
        "run",
        "run --PartnerClient:PollInterval=00:01:00",
        "keys generate",
        "keys generate --PartnerClient:Algorithm=ES256 --DataDirectory=/var/lib/partner",
        "keys list",
        "keys list --registry --json",
        "keys public --format pem",
        "keys public --format jwks > jwks.json",
        "keys import key.p12 --password-file key.password",
        "keys rotate",
        "keys status --json",
        "assertion show",
        "assertion show --json",
        "token get",
        "token get --scope write --json",
        "token get --raw --output token.txt",
        "orders list",
        "orders get ord-1001 --json",
        "orders create --file order.json",
        "orders create --file - --idempotency-key 0198c0de-0000-7000-8000-000000000000 < order.json",
        "doctor",
        "doctor --json --DataDirectory=/var/lib/partner",
        "health",
    ];

    /// <summary>Whether the arguments are a command. The worker takes settings alone, after the word 'run' or without it.</summary>
    public static bool IsMeantBy(string[] args)
    {
        var words = TypedArguments.Parse(args).Words;
        return CommandTree.IsMeantBy(words, Globals.All)
            && !(words[0] == RunName && (words.Length == 1 || !CommandTree.IsMeantBy(words[1..], Globals.All)));
    }

    /// <summary>What the worker gets of its arguments: all but the word 'run'.</summary>
    public static string[] SettingsOfWorker(string[] args) =>
        TypedArguments.Parse(args) is { Words: [RunName, .. var rest] } typed ? [.. typed.Settings, .. rest] : args;

    /// <returns>Exit code: 0 done, 1 refused or failed, 2 typed wrong; standard error says what.</returns>
    public static Task<int> RunAsync(string[] args) => RunAsync(args, Surroundings.OfThisProcess);

    /// <param name="configure">What a test changes; runs before the commands add their own parts.</param>
    public static async Task<int> RunAsync(string[] args, Surroundings surroundings, Action<WebApplicationBuilder>? configure = null)
    {
        var arguments = TypedArguments.Parse(args);
        if (arguments.FindSecret() is { } secret)
        {
            await surroundings.Error.WriteLineAsync(
                $"{secret} is a secret, and others can read what is typed. Name a file by {secret}File, or set it in the environment.");
            return ExitCodes.WrongUsage;
        }

        var host = new CommandHost(arguments.Settings, surroundings, configure);
        var commands = new CommandFactory<PartnerRun>(surroundings, typed => new PartnerRun(typed, surroundings, host), CommandHost.WhyItFailed)
        {
            AsksServers = true,
        };
        var tree = new CommandTree(Name, Description)
        {
            Commands = [.. CommandsOf(commands), ServiceCommand.Create(HealthProbe.Name, HealthProbe.Description, surroundings, HealthProbe.RunAsync)],
            Options = Globals.All,
            Preparation = Preparation,
            Examples = Examples,
        };
        return await tree.RunAsync(arguments.Words, surroundings);
    }

    /// <summary>For its help: without a mistake in what was typed, Program runs the worker.</summary>
    private static Command Run()
    {
        var command = new Command(RunName, "The worker, until it is stopped. Takes settings alone.");
        command.SetAction(typed =>
        {
            typed.InvocationConfiguration.Error.WriteLine($"'{RunName}' takes settings alone, such as --PartnerClient:Issuer=value.");
            return ExitCodes.WrongUsage;
        });
        return command;
    }

    /// <summary>
    /// The order of the help. A new command is a file of its own and one line here; it works with <see cref="PartnerRun.Services"/>, the
    /// worker's own.
    /// </summary>
    private static Command[] CommandsOf(CommandFactory<PartnerRun> commands) =>
    [
        Run(),
        KeyCommands.Create(commands),
        AssertionCommands.Create(commands),
        TokenCommands.Create(commands),
        OrderCommands.Create(commands),
        DoctorCommand.Create(commands),
    ];
}
