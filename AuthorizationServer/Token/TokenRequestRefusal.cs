using B2BAssertions.AuthorizationServer.ClientAssertion;
using B2BAssertions.Jose;

using OpenIddict.Server;

namespace B2BAssertions.AuthorizationServer.Token;

/// <summary>
/// Says in the log why a token request was refused, so that a partner's question has an answer, and keeps the code for the metrics.
/// The response does not tell (AS-13).
/// </summary>
internal sealed partial class TokenRequestRefusal(ILogger<TokenRequestRefusal> logger)
{
    private const string CodeProperty = "b2b.refusal_code";

    public void Record(OpenIddictServerTransaction transaction, AssertionFault fault, string? clientId, string? keyId)
    {
        transaction.Properties[CodeProperty] = fault.Code;
        Log.Refused(logger, fault.Code, Show(clientId), Show(keyId), fault.Expected ?? "-", Show(fault.Found));
    }

    public static string? CodeOf(OpenIddictServerTransaction transaction) =>
        transaction.Properties.TryGetValue(CodeProperty, out var code) ? (string?)code : null;

    /// <summary>What was sent is shown, but it cannot break the line or fill the disk.</summary>
    private static string Show(string? value) => ForeignText.Shown(value) ?? "-";

    private static partial class Log
    {
        [LoggerMessage(
            LogLevel.Warning,
            "Client authentication refused: {Code}. Client {ClientId}, kid {KeyId}, expected {Expected}, found {Found}.")]
        public static partial void Refused(ILogger logger, string code, string clientId, string keyId, string expected, string found);
    }
}
