using System.Globalization;

namespace B2BAssertions.CommandLines;

/// <summary>Times as people see them: UTC, to the second.</summary>
public static class TimeText
{
    /// <summary>What stands for a value that is not there.</summary>
    public const string Nothing = "-";

    private const string Format = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    public static string Of(DateTimeOffset? time) => time?.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture) ?? Nothing;
}
