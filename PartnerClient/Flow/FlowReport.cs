using System.Text.Json;
using System.Text.Json.Nodes;

namespace B2BAssertions.PartnerClient.Flow;

/// <summary>
/// What one flow did, for people to see: never a signature, a token, an assertion or a password. The client writes it as a file when
/// asked to; a part is null when the flow ended before it.
/// </summary>
internal sealed record FlowReport
{
    public static readonly JsonSerializerOptions JsonOptions = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Counts the flows of this process, from 1.</summary>
    public required int Number { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>W3C trace id under which the whole flow is recorded.</summary>
    public required string TraceId { get; init; }

    public required double ElapsedMs { get; init; }

    /// <summary>Null when the flow reached the orders.</summary>
    public FlowFailure? Failure { get; init; }

    public KeyReport? Key { get; init; }

    public EnrolmentReport? Enrolment { get; init; }

    /// <summary>The published keys as they were last looked at, which is not in every flow.</summary>
    public JwksReport? Jwks { get; init; }

    /// <summary>The newest assertion; kept from an earlier flow while its access token is still in use.</summary>
    public AssertionReport? Assertion { get; init; }

    public TokenReport? Token { get; init; }

    public IReadOnlyList<OrderReport>? Orders { get; init; }

    /// <summary>The steps taken, in order.</summary>
    public IReadOnlyList<StepReport> Steps { get; init; } = [];
}

/// <param name="Step">The step that failed, as named in <see cref="StepReport"/>.</param>
/// <param name="Code">Stable code, a row of docs/errors.md.</param>
/// <param name="WhatToDo">One sentence for the person who reads it.</param>
/// <param name="IsPermanent">Whether trying again without a change is pointless.</param>
/// <param name="RetryAfterSeconds">How long the server asked to be left alone, in seconds; null when it did not.</param>
internal sealed record FlowFailure(
    string Step, string Code, string Message, string WhatToDo, bool IsPermanent, double? RetryAfterSeconds = null);

/// <param name="Created">Whether this flow made the key pair.</param>
internal sealed record KeyReport(string Kid, string Algorithm, string File, bool Created);

/// <param name="Enrolled">Whether this flow enrolled the key; false when the registry had it already.</param>
internal sealed record EnrolmentReport(string Registry, bool Enrolled);

internal sealed record JwksReport(string Uri, IReadOnlyList<string> Kids);

/// <summary>The assertion's header and claims, without its signature.</summary>
internal sealed record AssertionReport(JsonObject Header, JsonObject Claims);

/// <param name="ExpiresInSeconds">Lifetime as the server stated it, in seconds.</param>
/// <param name="Header">Header of a JWT access token; null for an opaque one.</param>
/// <param name="Claims">Claims of a JWT access token; null for an opaque one.</param>
/// <param name="FromCache">Whether an earlier flow had obtained it.</param>
internal sealed record TokenReport(
    string TokenType,
    string Scope,
    int ExpiresInSeconds,
    string Issuer,
    JsonObject? Header,
    JsonObject? Claims,
    bool FromCache);

internal sealed record OrderReport(string Id, string PlacedAt, string Status, string Currency, decimal Total);

/// <param name="Name">key, enrolment, jwks, token or orders.</param>
internal sealed record StepReport(string Name, double ElapsedMs);
