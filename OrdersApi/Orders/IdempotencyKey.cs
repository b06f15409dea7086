using System.Buffers;
using System.Diagnostics.CodeAnalysis;

using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Primitives;

namespace B2BAssertions.OrdersApi.Orders;

/// <summary>
/// The name that a partner gives to one order, so that it can send the order again after a lost answer and still place it once
/// (draft-ietf-httpapi-idempotency-key-header-07).
/// </summary>
internal readonly record struct IdempotencyKey(string Value)
{
    public const string HeaderName = "Idempotency-Key";
    public const int MaxLength = 255;

    /// <summary>How long a key is kept: a partner that has heard nothing for a day asks for its orders instead of sending one again.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    /// <summary>What a UUID or base64url is made of, and more; nothing that a structured field would have to escape.</summary>
    private static readonly SearchValues<char> Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");

    /// <summary>
    /// The draft's form is a string (RFC 9651 §3.3.3), <c>"8e03978e"</c>. Without the quotes, as the custom was before the draft, it is the
    /// same key.
    /// </summary>
    public static bool TryRead(
        StringValues header,
        out IdempotencyKey key,
        [NotNullWhen(false)] out ProblemHttpResult? problem)
    {
        key = default;
        problem = null;
        if (StringValues.IsNullOrEmpty(header))
        {
            problem = OrderProblems.KeyMissing();
            return false;
        }

        var text = header.Count == 1 ? header.ToString().Trim(' ') : string.Empty;
        if (text is ['"', .. var quoted, '"'])
        {
            text = quoted;
        }

        if (text.Length is 0 or > MaxLength || text.AsSpan().ContainsAnyExcept(Characters))
        {
            problem = OrderProblems.KeyMalformed();
            return false;
        }

        key = new IdempotencyKey(text);
        return true;
    }
}
