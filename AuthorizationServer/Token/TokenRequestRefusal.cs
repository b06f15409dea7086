using System.Diagnostics;

using B2BAssertions.AuthorizationServer.ClientAssertion;
using B2BAssertions.AuthorizationServer.RateLimits;
using B2BAssertions.Jose;
using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore;

using OpenIddict.Server;

namespace B2BAssertions.AuthorizationServer.Token;

/// <summary>
/// Says in the log why a token request was refused, so that a partner's question has an answer, keeps the code for the metrics and counts
/// failures for the limits. The response does not tell (AS-13), but names the trace under which the line is found.
/// </summary>
internal sealed partial class TokenRequestRefusal(TokenRequestLimits limits, TimeProvider timeProvider, ILogger<TokenRequestRefusal> logger)
{
    private const string CodeProperty = "b2b.refusal_code";
    private const string LimitProperty = "b2b.limit_reached";

    /// <summary>Of limits and of clients that exist: a stranger adds none.</summary>
    private readonly LogPaces<(string Reason, string? ClientId)> _paces = new(timeProvider);

    /// <summary>The trace of the request, in the log and in the answer.</summary>
    public static string? TraceId => Activity.Current?.TraceId.ToString();

    public static string? CodeOf(OpenIddictServerTransaction transaction) => transaction.GetProperty<string>(CodeProperty);

    public static LimitReached? LimitOf(OpenIddictServerTransaction transaction) => transaction.GetProperty<LimitReached>(LimitProperty);

    /// <summary>A client was not authenticated.</summary>
    /// <param name="clientId">Who it claims to be: nobody has verified it.</param>
    public void Record(OpenIddictServerTransaction transaction, AssertionFault fault, string? clientId, string? keyId)
    {
        transaction.Properties[CodeProperty] = fault.Code;
        if (fault.IsTemporary)
        {
            RecordTemporary(transaction, fault, clientId, keyId);
            return;
        }

        limits.Failed(clientId, Http(transaction));
        Log.Refused(
            logger, fault.Code, Show(clientId), Show(keyId), fault.Expected ?? "-", Show(fault.Found), AddressOf(transaction), TraceId ?? "-");
    }

    /// <summary>A client that is authenticated may not have what it asks for.</summary>
    public void RecordAccess(OpenIddictServerTransaction transaction, string error, string clientId, string? scope, string? resource, string description)
    {
        transaction.Properties[CodeProperty] = error;
        Log.AccessRefused(logger, error, clientId, Show(scope), Show(resource), description, TraceId ?? "-");
    }

    /// <summary>
    /// Too many requests: one line in a while for each limit, so that a flood of requests is no flood of lines; and for each client that used
    /// up its own, so that a stranger's flood does not hide it.
    /// </summary>
    public void RecordLimit(OpenIddictServerTransaction transaction, LimitReached reached, string? clientId)
    {
        const string code = "too_many_token_requests";
        transaction.Properties[CodeProperty] = code;
        transaction.Properties[LimitProperty] = reached;
        if (IsDue(reached.Limit, reached.UsedUpBy, out var heldBack))
        {
            Log.Limited(logger, code, reached.Limit, Show(clientId), AddressOf(transaction), heldBack, TraceId ?? "-");
        }
    }

    /// <summary>What OpenIddict refused by itself, such as another grant type, before it asks who the client is: any stranger can send it.</summary>
    public void RecordOther(OpenIddictServerTransaction transaction, string error, string? description)
    {
        transaction.Properties[CodeProperty] = error;
        limits.Failed(clientId: null, Http(transaction));
        Log.OtherwiseRefused(logger, error, Show(description), AddressOf(transaction), TraceId ?? "-");
    }

    public static HttpContext Http(OpenIddictServerTransaction transaction) => transaction.GetHttpRequest()!.HttpContext;

    /// <summary>No failure of the client's, so no limit ends it: one line in a while for each client. Only one that exists has keys to be read.</summary>
    private void RecordTemporary(OpenIddictServerTransaction transaction, AssertionFault fault, string? clientId, string? keyId)
    {
        if (IsDue(fault.Code, clientId, out var heldBack))
        {
            Log.RefusedForNow(
                logger, fault.Code, Show(clientId), Show(keyId), fault.Expected ?? "-", AddressOf(transaction), heldBack, TraceId ?? "-");
        }
    }

    private bool IsDue(string reason, string? clientId, out int heldBack) =>
        _paces.IsDue((reason, clientId), out heldBack);

    private static string AddressOf(OpenIddictServerTransaction transaction) => Http(transaction).Connection.RemoteIpAddress?.ToString() ?? "-";

    /// <summary>What was sent is shown, but it cannot break the line or fill the disk.</summary>
    private static string Show(string? value) => ForeignText.Shown(value) ?? "-";

    private static partial class Log
    {
        [LoggerMessage(
            LogLevel.Warning,
            "Client authentication refused: {Code}. Client {ClientId} (unverified), kid {KeyId}, expected {Expected}, found {Found}. Address {Address}, "
            + "trace {TraceId}.")]
        public static partial void Refused(
            ILogger logger, string code, string clientId, string keyId, string expected, string found, string address, string traceId);

        [LoggerMessage(
            LogLevel.Warning,
            "Client authentication refused: {Code}. Client {ClientId} (unverified), kid {KeyId}, expected {Expected}. Address {Address}, trace {TraceId}; "
            + "{HeldBack} more since the last such line.")]
        public static partial void RefusedForNow(
            ILogger logger, string code, string clientId, string keyId, string expected, string address, int heldBack, string traceId);

        [LoggerMessage(
            LogLevel.Warning,
            "Token refused: {Error}. Client {ClientId}, scope {Scope}, resource {Resource}. {Description} Trace {TraceId}.")]
        public static partial void AccessRefused(
            ILogger logger, string error, string clientId, string scope, string resource, string description, string traceId);

        [LoggerMessage(
            LogLevel.Warning,
            "Token requests limited: {Code}, by {Setting}. Client {ClientId} (unverified), address {Address}, trace {TraceId}; {HeldBack} more since the last such line.")]
        public static partial void Limited(
            ILogger logger, string code, string setting, string clientId, string address, int heldBack, string traceId);

        [LoggerMessage(LogLevel.Warning, "Token request refused: {Error}. {Description} Address {Address}, trace {TraceId}.")]
        public static partial void OtherwiseRefused(ILogger logger, string error, string description, string address, string traceId);
    }
}
