using System.Diagnostics;

namespace B2BAssertions.CommandLines;

/// <summary>Ends a command with exit code 1: a server refused, gave no answer that can be used, or something is not as it has to be.</summary>
public sealed class CommandException : Exception
{
    private CommandException(string code, string detail, string? traceId, Exception? innerException)
        : base(detail, innerException)
    {
        Code = code;
        TraceId = traceId ?? Activity.Current?.TraceId.ToString();
    }

    /// <summary>A server's own code, or a row of docs/errors.md.</summary>
    public string Code { get; }

    /// <summary>Under which the servers' logs tell the rest; null when no server was asked.</summary>
    public string? TraceId { get; }

    /// <summary>What standard error gets.</summary>
    public string Sentence => $"{Code}: {Message}";

    /// <param name="traceId">As the server states it; the command's own when it states none, which all requests carry.</param>
    public static CommandException Failed(string code, string detail, string? traceId = null, Exception? innerException = null) =>
        new(code, detail, traceId, innerException);
}
