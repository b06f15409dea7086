using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

using B2BAssertions.Jose;

using Microsoft.AspNetCore.Http.HttpResults;

namespace B2BAssertions.OrdersApi.Orders;

/// <summary>Reads the body of a new order by hand, so that every fault of it is told at once and each under the path of its member.</summary>
internal sealed class NewOrderReader
{
    private const string CurrencyExpected = "three capital letters, the ISO 4217 code";

    /// <summary>What a decimal holds exactly.</summary>
    private const int MaxDigits = 28;

    private const int ZeroWidthNonJoiner = 0x200C;
    private const int ZeroWidthJoiner = 0x200D;
    private const int LeftToRightMark = 0x200E;
    private const int RightToLeftMark = 0x200F;
    private const int ArabicLetterMark = 0x061C;

    private static readonly SearchValues<char> PlainDigits = SearchValues.Create("0123456789.");

    private static readonly string LinesExpected = $"an array of 1 to {NewOrder.MaxLines} lines";
    private static readonly string QuantityExpected = $"a whole number from 1 to {NewOrderLine.MaxQuantity}";
    private static readonly string PriceExpected = $"a number from 0 to {NewOrderLine.MaxUnitPrice} with at most {NewOrderLine.PriceDecimals} decimals and no exponent";

    private readonly OrderErrors _errors = new();

    private NewOrderReader()
    {
    }

    /// <summary>The order, or the answer to one that is not sound.</summary>
    public static async Task<(NewOrder? Order, ProblemHttpResult? Problem)> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!request.HasJsonContentType())
        {
            return (null, OrderProblems.BodyNotJson());
        }

        using var body = new MemoryStream();
        try
        {
            await request.Body.CopyToAsync(body, cancellationToken);
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return (null, OrderProblems.BodyTooLarge());
        }

        if (!StrictJson.TryParse(body.ToArray(), out var json) || json.ValueKind != JsonValueKind.Object)
        {
            return (null, OrderProblems.BodyMalformed());
        }

        var reader = new NewOrderReader();
        var order = reader.ReadOrder(json);
        return order is null ? (null, OrderProblems.Invalid(reader._errors.Messages)) : (order, null);
    }

    private NewOrder? ReadOrder(JsonElement json)
    {
        var currency = ReadCurrency(json);
        var lines = ReadLines(json);
        _errors.RefuseOthers(json, string.Empty, "currency", "lines");
        return _errors.Messages.Count == 0 ? new NewOrder(currency!, lines!) : null;
    }

    private string? ReadCurrency(JsonElement json)
    {
        if (!_errors.TryGet(json, string.Empty, "currency", CurrencyExpected, out var member))
        {
            return null;
        }

        if (member.ValueKind == JsonValueKind.String
            && member.GetString() is { Length: NewOrder.CurrencyLength } currency
            && currency.All(char.IsAsciiLetterUpper))
        {
            return currency;
        }

        _errors.Add("currency", $"Expected {CurrencyExpected}.");
        return null;
    }

    private List<NewOrderLine>? ReadLines(JsonElement json)
    {
        if (!_errors.TryGet(json, string.Empty, "lines", LinesExpected, out var member))
        {
            return null;
        }

        if (member.ValueKind != JsonValueKind.Array || member.GetArrayLength() is 0 or > NewOrder.MaxLines)
        {
            _errors.Add("lines", $"Expected {LinesExpected}.");
            return null;
        }

        return [.. member.EnumerateArray().Select(ReadLine).OfType<NewOrderLine>()];
    }

    private NewOrderLine? ReadLine(JsonElement line, int index)
    {
        if (line.ValueKind != JsonValueKind.Object)
        {
            _errors.Add($"lines[{index}]", "Expected an object.");
            return null;
        }

        var prefix = $"lines[{index}].";
        var sku = ReadText(line, prefix, "sku", NewOrderLine.MaxSkuLength);
        var description = ReadText(line, prefix, "description", NewOrderLine.MaxDescriptionLength);
        var quantity = ReadQuantity(line, prefix);
        var unitPrice = ReadUnitPrice(line, prefix);
        _errors.RefuseOthers(line, prefix, "sku", "description", "quantity", "unitPrice");
        return sku is null || description is null || quantity is null || unitPrice is null
            ? null
            : new NewOrderLine(sku, description, quantity.Value, unitPrice.Value);
    }

    /// <summary>It will stand in lists, logs and consoles, so it is one line that looks like what it is.</summary>
    private string? ReadText(JsonElement line, string prefix, string name, int maxLength)
    {
        var expected = $"1 to {maxLength} printable characters";
        if (!_errors.TryGet(line, prefix, name, expected, out var member))
        {
            return null;
        }

        if (member.ValueKind == JsonValueKind.String && member.GetString() is var text && IsSound(text, maxLength))
        {
            return text;
        }

        _errors.Add($"{prefix}{name}", $"Expected {expected}.");
        return null;
    }

    private int? ReadQuantity(JsonElement line, string prefix)
    {
        if (!_errors.TryGet(line, prefix, "quantity", QuantityExpected, out var member))
        {
            return null;
        }

        // 2.0 and 2e0 are whole numbers too, as in JSON Schema. One of at most 28 characters that is at least 1 is held exactly.
        if (member.ValueKind == JsonValueKind.Number
            && member.GetRawText().Length <= MaxDigits
            && member.TryGetDecimal(out var quantity)
            && decimal.IsInteger(quantity)
            && quantity is >= 1 and <= NewOrderLine.MaxQuantity)
        {
            return (int)quantity;
        }

        _errors.Add($"{prefix}quantity", $"Expected {QuantityExpected}.");
        return null;
    }

    private decimal? ReadUnitPrice(JsonElement line, string prefix)
    {
        if (!_errors.TryGet(line, prefix, "unitPrice", PriceExpected, out var member))
        {
            return null;
        }

        if (member.ValueKind == JsonValueKind.Number
            && IsExact(member.GetRawText())
            && member.TryGetDecimal(out var price)
            && price is >= 0 and <= NewOrderLine.MaxUnitPrice
            && Amount.WithDecimals(price) == price)
        {
            // 1.5 and 1.50 are one request.
            return Amount.WithDecimals(price);
        }

        _errors.Add($"{prefix}unitPrice", $"Expected {PriceExpected}.");
        return null;
    }

    /// <summary>A decimal of more digits, or of an exponent such as 1e-30, is rounded when it is read, and would pass for what it is not.</summary>
    private static bool IsExact(string number) => number.Length <= MaxDigits && !number.AsSpan().ContainsAnyExcept(PlainDigits);

    private static bool IsSound([NotNullWhen(true)] string? text, int maxLength) =>
        text is not null
        && text.Length <= maxLength
        && text.EnumerateRunes().All(rune => PlainText.Is(rune) || JoinsText(rune))
        && text.EnumerateRunes().Any(rune => !Rune.IsWhiteSpace(rune) && !JoinsText(rune));

    /// <summary>
    /// Invisible, and needed to write Persian, Arabic, Hebrew and Indic names: they join or part the letters beside them, or say which way those
    /// run, and have no effect further on, as the embeddings and overrides of UAX #9 have.
    /// </summary>
    private static bool JoinsText(Rune rune) => rune.Value is
        ZeroWidthNonJoiner or ZeroWidthJoiner or LeftToRightMark or RightToLeftMark or ArabicLetterMark;
}
