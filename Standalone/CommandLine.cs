using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;

using B2BAssertions.CommandLines;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.Standalone;

/// <summary>The options of the command, what they mean and what is refused.</summary>
internal static class CommandLine
{
    private const string Examples = $"""
        {HelpExamples.Heading}
          dotnet run --project Standalone                                 start, show the flow, keep polling until Ctrl-C
          dotnet run --project Standalone -- --once                       one whole flow; exit code 0 or 1
          dotnet run --project Standalone -- --once --json                the same, as one JSON object
          dotnet run --project Standalone -- --port jwks-service=3100     when port 3000 is taken
          dotnet run --project Standalone -- --data /tmp/fresh            keys, databases and logs in another folder
        """;

    private const int DefaultTimeoutSeconds = 60;
    private const int MaxTimeoutSeconds = 3600;

    private static readonly Option<bool> Once = new("--once")
    {
        Description = "End after one whole flow: exit code 0 when it reached the orders, 1 when not.",
    };

    private static readonly Option<string?> Data = new("--data")
    {
        HelpName = "DIR",
        Description = "Folder for databases, keys and logs. Default: .data in the repository.",
    };

    private static readonly Option<bool> Json = new("--json")
    {
        Description = "With --once: one JSON object on standard output, and nothing else there.",
    };

    private static readonly Option<ServicePorts?> Port = new("--port")
    {
        HelpName = "NAME=NUMBER",
        Description = "Another port for a service; can be repeated. Names and defaults: "
            + $"{ServiceNames.JwksService}={ServicePorts.Default.JwksService}, "
            + $"{ServiceNames.AuthorizationServer}={ServicePorts.Default.AuthorizationServer}, "
            + $"{ServiceNames.OrdersApi}={ServicePorts.Default.OrdersApi}, "
            + $"{ServiceNames.PartnerClient}={ServicePorts.Default.PartnerClient}.",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = ParsePorts,
    };

    private static readonly Option<TimeSpan?> Timeout = new("--timeout")
    {
        HelpName = "SECONDS",
        Description = $"With --once: how long it may take, the start of the services included. Default: {DefaultTimeoutSeconds}.",
        CustomParser = ParseTimeout,
    };

    public static async Task<int> RunAsync(string[] args, Func<StandaloneOptions, Task<int>> run)
    {
        var command = new RootCommand("Starts the four services on this machine and shows the flow: key, JWKS, assertion, token, orders.")
        {
            Once, Data, Json, Port, Timeout,
        };
        command.Validators.Add(RequireOnce);
        Data.Validators.Add(RequireName);
        command.SetAction(result => run(ToOptions(result)));
        HelpExamples.AddTo(command, _ => Examples);

        // Stopping is Standalone's own work: it takes as long as the services take.
        return await command.Parse(args).ToldOnStandardErrorAlone().InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private static StandaloneOptions ToOptions(ParseResult result) => new(
        Path.GetFullPath(result.GetValue(Data) ?? DefaultDataDirectory.Find(Environment.CurrentDirectory)),
        result.GetValue(Once),
        result.GetValue(Json),
        result.GetValue(Timeout) ?? TimeSpan.FromSeconds(DefaultTimeoutSeconds),
        result.GetValue(Port) ?? ServicePorts.Default);

    private static void RequireOnce(CommandResult result)
    {
        if (result.GetValue(Once))
        {
            return;
        }

        if (result.GetValue(Json))
        {
            result.AddError("--json needs --once: it writes the one flow as one JSON object.");
        }

        if (result.GetResult(Timeout) is not null)
        {
            result.AddError("--timeout needs --once: it limits the one flow.");
        }
    }

    private static void RequireName(OptionResult result)
    {
        if (result.Tokens.Any(token => string.IsNullOrWhiteSpace(token.Value)))
        {
            result.AddError("--data: expected the name of a folder.");
        }
    }

    private static TimeSpan? ParseTimeout(ArgumentResult result)
    {
        if (int.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds is >= 1 and <= MaxTimeoutSeconds)
        {
            return TimeSpan.FromSeconds(seconds);
        }

        result.AddError($"--timeout {result.Tokens[0].Value}: expected 1 to {MaxTimeoutSeconds} seconds.");
        return null;
    }

    private static ServicePorts? ParsePorts(ArgumentResult result)
    {
        var ports = ServicePorts.Default;
        foreach (var token in result.Tokens)
        {
            var parts = token.Value.Split('=', 2);
            if (parts.Length != 2
                || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                || number is < 1 or > IPEndPoint.MaxPort
                || ports.With(parts[0], number) is not { } changed)
            {
                result.AddError(
                    $"--port {token.Value}: expected NAME=NUMBER, such as {ServiceNames.JwksService}=3100; --help lists the names.");
                return null;
            }

            ports = changed;
        }

        if (ports.All.Distinct().Count() < ports.All.Count)
        {
            result.AddError("--port: every service needs a port of its own.");
        }

        return ports;
    }
}
