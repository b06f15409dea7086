namespace B2BAssertions.AuthorizationServer.SigningKeys;

/// <summary>Opens the keys that were read and hands them to the ring. One that does not open is left out, because the others still sign.</summary>
internal sealed partial class SigningKeyLoader(
    SigningKeyRing ring, SharedDataProtection protection, TimeProvider timeProvider, ILogger<SigningKeyLoader> logger)
{
    /// <summary>What is said once for as long as it lasts.</summary>
    private readonly HashSet<string> _unreadable = new(StringComparer.Ordinal);

    private (string? Current, string Published) _told;

    /// <summary>What an operator types to be rid of a key that does not open.</summary>
    public static string WithdrawalOf(string kid) => $"AuthorizationServer signing-keys withdraw {kid}";

    public void Load(SigningKeyTimeline stored)
    {
        var now = timeProvider.GetUtcNow();
        var opened = new Dictionary<int, PrivateSigningKey>();
        var unreadable = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var row in stored.Keys.Where(row => stored.IsPublished(row, now)))
        {
            try
            {
                opened[row.Generation] = ring.Find(row) ?? PrivateSigningKey.Open(row, protection);
            }
            catch (KeyUnreadableException exception)
            {
                unreadable[row.KeyId] = exception.Message;
                if (_unreadable.Add(row.KeyId))
                {
                    Log.Unreadable(logger, row.KeyId, exception.Message, WithdrawalOf(row.KeyId));
                }
            }
        }

        _unreadable.IntersectWith(unreadable.Keys);
        TellWhenItChanges(ring.Replace(stored, opened, unreadable), now);
    }

    private void TellWhenItChanges(SigningKeyTimeline timeline, DateTimeOffset now)
    {
        var current = timeline.CurrentAt(now);
        var published = string.Join(", ", timeline.Keys.Where(key => timeline.IsPublished(key, now)).Select(key => key.KeyId));
        if (current is not null && _told != (current.KeyId, published))
        {
            _told = (current.KeyId, published);
            Log.Keys(logger, current.KeyId, current.Algorithm, published);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Access tokens are signed with the key {Kid} ({Algorithm}); published: {Kids}.")]
        public static partial void Keys(ILogger logger, string kid, string algorithm, string kids);

        [LoggerMessage(
            LogLevel.Error,
            "The signing key {Kid} cannot be opened, so this replica neither publishes nor uses it: {Reason}. If no replica opens it, "
            + "run '{Command}' before its turn comes.")]
        public static partial void Unreadable(ILogger logger, string kid, string reason, string command);
    }
}
