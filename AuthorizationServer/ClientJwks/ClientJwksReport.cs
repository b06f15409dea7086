using System.Globalization;

using B2BAssertions.Jose;

namespace B2BAssertions.AuthorizationServer.ClientJwks;

/// <summary>
/// What the operator is told of one client's set: each change at once, what lasts every ten minutes. A source that is away is asked three times
/// a minute, and strangers can have it asked. Its owner calls it from one thread at a time.
/// </summary>
internal sealed partial class ClientJwksReport(string clientId, Uri jwksUri, ILogger<ClientJwksReport> logger, TimeProvider timeProvider)
{
    public static readonly TimeSpan Reminder = TimeSpan.FromMinutes(10);

    private readonly Dictionary<string, (string Said, long At)> _said = [];
    private volatile bool _isLastGoodInUse;

    public bool IsLastGoodInUse => _isLastGoodInUse;

    public void Failed(FetchFault fault)
    {
        if (!IsDue(nameof(Failed), fault.Code))
        {
            return;
        }

        switch (fault.Code)
        {
            case FetchFault.PrivateKeyPublished:
                Log.PrivateKeyPublished(logger, clientId, jwksUri, fault.Code, fault.Found);
                break;
            case FetchFault.AddressForbidden:
                Log.AddressForbidden(logger, clientId, jwksUri, fault.Code, fault.Found);
                break;
            default:
                Log.FetchFailed(logger, clientId, jwksUri, fault.Code, fault.Found);
                break;
        }
    }

    public void Threw(Exception exception) => Log.Threw(logger, clientId, jwksUri, exception);

    public void RetriesIn(TimeSpan pause) => Log.RetriesIn(logger, clientId, pause);

    public void LastGoodUsed(DateTimeOffset fetchedAt, DateTimeOffset until)
    {
        _isLastGoodInUse = true;
        if (IsDue(nameof(LastGoodUsed), ""))
        {
            Log.LastGoodUsed(logger, clientId, fetchedAt, until);
        }
    }

    /// <param name="fetchedAt">When the set was read that is too old now; null when there was none.</param>
    public void NothingUsable(DateTimeOffset? fetchedAt)
    {
        _isLastGoodInUse = false;
        if (IsDue(nameof(NothingUsable), ""))
        {
            Log.NothingUsable(logger, clientId, fetchedAt?.ToString("O", CultureInfo.InvariantCulture) ?? "never");
        }
    }

    public void Read(JwkSet keys)
    {
        if (_said.Remove(nameof(Failed)))
        {
            Log.ReadAgain(logger, clientId, jwksUri);
        }

        _said.Remove(nameof(LastGoodUsed));
        _said.Remove(nameof(NothingUsable));
        _isLastGoodInUse = false;
        if (keys.Ignored.Count > 0 && IsDue(nameof(Read), string.Join(' ', keys.Ignored.Select(ignored => $"{ignored.Name} {ignored.Fault.Code}"))))
        {
            foreach (var ignored in keys.Ignored)
            {
                Log.KeyIgnored(logger, clientId, jwksUri, ignored.Fault.Code, ignored.Name, ignored.Fault.Message);
            }
        }
    }

    private bool IsDue(string subject, string text)
    {
        if (_said.TryGetValue(subject, out var last) && last.Said == text && timeProvider.GetElapsedTime(last.At) < Reminder)
        {
            return false;
        }

        _said[subject] = (text, timeProvider.GetTimestamp());
        return true;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The JWK Set of client {ClientId} at {JwksUri} cannot be used: {Code}, {Found}.")]
        public static partial void FetchFailed(ILogger logger, string clientId, Uri jwksUri, string code, string found);

        [LoggerMessage(
            LogLevel.Error,
            "The JWK Set of client {ClientId} at {JwksUri} was not asked for: {Code}, {Found}. If it is right that it is there, list the host in "
            + "AuthorizationServer:ClientJwks:AllowedHosts; else ask the client whether its DNS records are its own.")]
        public static partial void AddressForbidden(ILogger logger, string clientId, Uri jwksUri, string code, string found);

        [LoggerMessage(
            LogLevel.Critical,
            "Client {ClientId} publishes a private key at {JwksUri}: {Code}, {Found} The client is refused until its set holds public keys alone, "
            + "and no earlier set of it is used any more.")]
        public static partial void PrivateKeyPublished(ILogger logger, string clientId, Uri jwksUri, string code, string found);

        [LoggerMessage(
            LogLevel.Warning,
            "Rule JW-03: the last good JWK Set of client {ClientId}, read at {FetchedAt:O}, is used while none can be read, until {Until:O} at "
            + "the latest. A key that the client withdraws meanwhile goes on working.")]
        public static partial void LastGoodUsed(ILogger logger, string clientId, DateTimeOffset fetchedAt, DateTimeOffset until);

        [LoggerMessage(
            LogLevel.Error,
            "Client {ClientId} cannot authenticate: its JWK Set cannot be used, and there is no last good one (read last: {FetchedAt}).")]
        public static partial void NothingUsable(ILogger logger, string clientId, string fetchedAt);

        [LoggerMessage(LogLevel.Error, "The fetch of client {ClientId}'s JWK Set at {JwksUri} met an error that it should not meet.")]
        public static partial void Threw(ILogger logger, string clientId, Uri jwksUri, Exception exception);

        [LoggerMessage(LogLevel.Debug, "The JWK Set of client {ClientId} is asked for again in {Pause}.")]
        public static partial void RetriesIn(ILogger logger, string clientId, TimeSpan pause);

        [LoggerMessage(LogLevel.Warning, "The JWK Set of client {ClientId} at {JwksUri} can be used again.")]
        public static partial void ReadAgain(ILogger logger, string clientId, Uri jwksUri);

        [LoggerMessage(LogLevel.Warning, "A key in the JWK Set of client {ClientId} at {JwksUri} is left out: {Code}, {Key}: {Message}")]
        public static partial void KeyIgnored(ILogger logger, string clientId, Uri jwksUri, string code, string key, string message);
    }
}
