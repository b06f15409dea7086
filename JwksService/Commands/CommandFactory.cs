using System.CommandLine;
using System.Diagnostics;

using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.JwksService.Commands;

/// <summary>Makes commands that end with the same exit codes and say what went wrong in the same way.</summary>
internal sealed class CommandFactory(Surroundings surroundings)
{
    private const int Done = 0;
    private const int Failed = 1;

    /// <summary>As shells and many tools have it: what was typed is wrong.</summary>
    public const int WrongUsage = 2;

    /// <param name="symbols">Arguments and options, in the order of the help.</param>
    public Command Create(
        string name, string description, IEnumerable<Symbol> symbols, Func<CommandRun, CancellationToken, Task> run)
    {
        var command = new Command(name, description);
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument)
            {
                command.Add(argument);
            }
            else
            {
                command.Add((Option)symbol);
            }
        }

        command.SetAction((typed, cancellationToken) => RunAsync(typed, run, cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(ParseResult typed, Func<CommandRun, CancellationToken, Task> run, CancellationToken cancellationToken)
    {
        // All requests of a command carry its trace id, so that the logs of both servers tell its story.
        using var activity = new Activity(typed.CommandResult.Command.Name).Start();
        using var command = new CommandRun(typed, surroundings);
        try
        {
            await run(command, cancellationToken);
            return Done;
        }
        catch (UsageException exception)
        {
            return End(WrongUsage, exception.Message);
        }
        catch (StartupException exception)
        {
            return End(Failed, exception.Message);
        }
        catch (CommandException exception)
        {
            return End(Failed, $"{exception.Code}: {exception.Message}", $"Trace id: {exception.TraceId}");
        }
    }

    private int End(int exitCode, params string[] lines)
    {
        foreach (var line in lines)
        {
            surroundings.Error.WriteLine(line);
        }

        return exitCode;
    }
}
