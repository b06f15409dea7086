using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text.Json;

namespace B2BAssertions.OrdersApi.Orders;

// The attributes are what the OpenAPI document says; NewOrderReader checks the same limits.
[Description("An order to be placed. Other members are refused.")]
internal sealed record NewOrder(
    [property: Description("ISO 4217 code of every amount in the order.")]
    [property: RegularExpression("^[A-Z]{3}$")]
    string Currency,
    [property: MinLength(1)]
    [property: MaxLength(NewOrder.MaxLines)]
    IReadOnlyList<NewOrderLine> Lines)
{
    public const int CurrencyLength = 3;
    public const int MaxLines = 100;

    /// <summary>Room for the greatest order, even with every character of it escaped.</summary>
    public const int MaxBodyBytes = 192 * 1024;

    /// <summary>
    /// Of what is asked for, not of the bytes: a client that retries may write the members in another order, but not ask for something else.
    /// </summary>
    public byte[] Hash() => SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this));
}

internal sealed record NewOrderLine(
    [property: Description("The article's number, printable characters.")]
    [property: MinLength(1)]
    [property: MaxLength(NewOrderLine.MaxSkuLength)]
    string Sku,
    [property: Description("The article in words, printable characters.")]
    [property: MinLength(1)]
    [property: MaxLength(NewOrderLine.MaxDescriptionLength)]
    string Description,
    [property: Range(1, NewOrderLine.MaxQuantity)]
    int Quantity,
    [property: Description("In the order's currency, with at most two decimals and no exponent.")]
    [property: Range(0, NewOrderLine.MaxUnitPrice)]
    decimal UnitPrice)
{
    public const int MaxSkuLength = 50;
    public const int MaxDescriptionLength = 200;
    public const int PriceDecimals = 2;

    // With these the total of an order is exact even in a client that reads JSON numbers as doubles.
    public const int MaxQuantity = 100_000;
    public const int MaxUnitPrice = 1_000_000;
}
