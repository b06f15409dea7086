namespace B2BAssertions.CommandLines;

/// <summary>How a command ends.</summary>
public static class ExitCodes
{
    public const int Done = 0;

    /// <summary>Refused or failed; standard error says what.</summary>
    public const int Failed = 1;

    /// <summary>As shells and many tools have it: what was typed is wrong.</summary>
    public const int WrongUsage = 2;
}
