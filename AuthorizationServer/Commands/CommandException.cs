namespace B2BAssertions.AuthorizationServer.Commands;

/// <summary>Ends a command with exit code 1.</summary>
internal sealed class CommandException : Exception
{
    private CommandException(string code, string detail, Exception? innerException)
        : base(detail, innerException) => Code = code;

    /// <summary>A row of docs/errors.md.</summary>
    public string Code { get; }

    public static CommandException Failed(string code, string detail, Exception? innerException = null) => new(code, detail, innerException);
}
