namespace B2BAssertions.PartnerClient.AccessTokens;

/// <summary>Why there is no access token, and what to do. Never holds a secret, an assertion, a token or text of a server's but its code.</summary>
/// <param name="Code">Stable code, a row of docs/errors.md.</param>
/// <param name="Message">One sentence: what happened, at which address.</param>
/// <param name="WhatToDo">One sentence for the person who reads it.</param>
/// <param name="IsPermanent">Whether the same request would fail again until somebody changes something.</param>
public sealed record AccessTokenFailure(string Code, string Message, string WhatToDo, bool IsPermanent)
{
    /// <summary>The server's own error code (RFC 6749 §5.2), such as <c>invalid_client</c>; null when it gave none.</summary>
    public string? Error { get; init; }

    /// <summary>When the server will be asked again at the earliest.</summary>
    public DateTimeOffset RetryAt { get; init; }

    /// <summary>
    /// What the source of keys threw, with <c>signing_key_unavailable</c>: for an application that knows its source, and whether the text may
    /// be shown. No part of <see cref="ToString"/>.
    /// </summary>
    public Exception? Cause { get; init; }

    /// <summary>How long the server asked to be left alone (RFC 9110 §10.2.3).</summary>
    internal TimeSpan? RetryAfter { get; init; }

    public override string ToString() => $"{Code}: {Message} {WhatToDo} Next try not before {RetryAt:O}.";
}
