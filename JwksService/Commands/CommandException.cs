using System.Diagnostics;

namespace B2BAssertions.JwksService.Commands;

/// <summary>Ends a command with exit code 1: a server refused, or gave no answer that can be used.</summary>
internal sealed class CommandException : Exception
{
    private CommandException(string code, string detail, string? traceId, Exception? innerException)
        : base(detail, innerException)
    {
        Code = code;
        TraceId = traceId ?? Activity.Current?.TraceId.ToString();
    }

    /// <summary>The server's own code, or a row of docs/errors.md.</summary>
    public string Code { get; }

    /// <summary>Under which the servers' logs tell the rest.</summary>
    public string? TraceId { get; }

    /// <param name="traceId">As the server states it; the command's own when it states none, which all requests carry.</param>
    public static CommandException Failed(string code, string detail, string? traceId = null, Exception? innerException = null) =>
        new(code, detail, traceId, innerException);
}
