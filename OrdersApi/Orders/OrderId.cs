using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace B2BAssertions.OrdersApi.Orders;

/// <summary>
/// The id of an order as partners see it, such as <c>ord-7k2m9qx4w0a8zt3e5rbn</c>: <c>ord-</c> and lower-case letters and digits. It is random:
/// a running number would tell each partner how many orders all of them place. Orders from before have their number in it.
/// </summary>
internal readonly record struct OrderId(string Value)
{
    public const int MaxLength = 40;

    private const string Prefix = "ord-";

    /// <summary>100 random bits.</summary>
    private const int RandomLength = 20;

    /// <summary>Without i, l, o and u: an id is also read out.</summary>
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    private static readonly SearchValues<char> Characters = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyz");

    public static OrderId New() => new(Prefix + RandomNumberGenerator.GetString(Alphabet, RandomLength));

    public static bool TryParse([NotNullWhen(true)] string? text, out OrderId id)
    {
        id = new OrderId(text ?? "");
        return text is { Length: <= MaxLength }
            && text.StartsWith(Prefix, StringComparison.Ordinal)
            && text.Length > Prefix.Length
            && text.AsSpan(Prefix.Length).IndexOfAnyExcept(Characters) < 0;
    }

    public override string ToString() => Value;
}
