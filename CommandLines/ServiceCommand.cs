using System.CommandLine;

namespace B2BAssertions.CommandLines;

/// <summary>A command that every service has, without arguments, beside the tool's own.</summary>
public static class ServiceCommand
{
    /// <param name="run">Writes to standard error what is wrong, and returns the exit code.</param>
    public static Command Create(
        string name, string description, Surroundings surroundings, Func<TextWriter, CancellationToken, Task<int>> run)
    {
        var command = new Command(name, description);
        command.SetAction((_, cancellationToken) => run(surroundings.Error, cancellationToken));
        return command;
    }
}
