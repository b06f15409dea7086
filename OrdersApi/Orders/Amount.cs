namespace B2BAssertions.OrdersApi.Orders;

internal static class Amount
{
    /// <summary>
    /// An amount of at most two decimals, with two: SQLite drops zeros at the end, PostgreSQL adds them, and the answer to one question has
    /// to be the same every time.
    /// </summary>
    public static decimal WithDecimals(decimal amount) => decimal.Round(amount, NewOrderLine.PriceDecimals) + 0.00m;
}
