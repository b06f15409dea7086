using System.CommandLine;
using System.Diagnostics;

using B2BAssertions.KeyFiles;

namespace B2BAssertions.CommandLines;

/// <summary>Makes commands that end with the same exit codes and say what went wrong in the same way.</summary>
/// <param name="start">From what was typed to what the command works with.</param>
/// <param name="explain">
/// One sentence for a failure that only this tool knows and its user can mend; null for what is a fault of the program and deserves its
/// stack trace.
/// </param>
public sealed class CommandFactory<TRun>(
    Surroundings surroundings, Func<ParseResult, TRun> start, Func<Exception, string?>? explain = null)
    where TRun : CommandRun
{
    /// <summary>Whether commands send requests. All of one command carry its trace id, so that the logs of the servers tell its story.</summary>
    public bool AsksServers { get; init; }

    /// <param name="symbols">Arguments and options, in the order of the help.</param>
    public Command Create(string name, string description, IEnumerable<Symbol> symbols, Func<TRun, CancellationToken, Task> run) =>
        Create(name, description, symbols, async (typed, cancellationToken) =>
        {
            await run(typed, cancellationToken);
            return ExitCodes.Done;
        });

    /// <summary>A command that can end with another exit code than 0 and yet with all its output.</summary>
    /// <param name="symbols">Arguments and options, in the order of the help.</param>
    public Command Create(string name, string description, IEnumerable<Symbol> symbols, Func<TRun, CancellationToken, Task<int>> run)
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

    private async Task<int> RunAsync(ParseResult typed, Func<TRun, CancellationToken, Task<int>> run, CancellationToken cancellationToken)
    {
        using var activity = AsksServers ? new Activity(typed.CommandResult.Command.Name).Start() : null;
        try
        {
            await using var command = start(typed);
            return await run(command, cancellationToken);
        }
        catch (UsageException exception)
        {
            return End(ExitCodes.WrongUsage, exception.Message);
        }
        catch (CommandException exception)
        {
            return exception.TraceId is { } traceId
                ? End(ExitCodes.Failed, exception.Sentence, $"Trace id: {traceId}")
                : End(ExitCodes.Failed, exception.Sentence);
        }
        catch (Exception exception) when (WhyItFailed(exception) is { } reason)
        {
            return End(ExitCodes.Failed, reason);
        }
    }

    private string? WhyItFailed(Exception exception) => (exception as StartupException)?.Message ?? explain?.Invoke(exception);

    private int End(int exitCode, params string[] lines)
    {
        foreach (var line in lines)
        {
            surroundings.Error.WriteLine(line);
        }

        return exitCode;
    }
}
