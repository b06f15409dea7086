using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace B2BAssertions.JwksService;

/// <summary>How much of a list is asked for: at most <c>Limit</c> items, those after one.</summary>
internal sealed record PageQuery(int Limit)
{
    public const int DefaultLimit = 100;
    public const int MaxLimit = 500;

    /// <summary>Reads the query parameter itself, so that a bad one is told with its name and its range.</summary>
    public static bool TryRead(
        string? limit,
        [NotNullWhen(true)] out PageQuery? page,
        [NotNullWhen(false)] out RegistryFault? fault)
    {
        var size = DefaultLimit;
        var isSound = limit is null
            || (int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out size) && size is >= 1 and <= MaxLimit);
        page = isSound ? new PageQuery(size) : null;
        fault = isSound ? null : RegistryFault.PageInvalid($"limit: expected a number from 1 to {MaxLimit}.");
        return isSound;
    }

    /// <summary>One item more than asked for, read from the database, tells whether there is a next page.</summary>
    public int Probe => Limit + 1;

    /// <summary>Address of the next page; null when <paramref name="found"/> items are all that is left.</summary>
    public string? Next(string path, int found, Func<string> last) =>
        found > Limit ? string.Create(CultureInfo.InvariantCulture, $"{path}?limit={Limit}&after={last()}") : null;
}
