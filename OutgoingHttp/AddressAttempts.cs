using System.Net;
using System.Net.Sockets;

namespace B2BAssertions.OutgoingHttp;

/// <summary>
/// A connection to the first of a name's addresses that answers (RFC 8305): a dead one, such as an IPv6 address where only IPv4 is routed,
/// costs a fraction of a second. The platform tries one after the other, and each until the system gives up, which takes minutes.
/// </summary>
internal static class AddressAttempts
{
    /// <summary>RFC 8305 §5: how long an attempt is alone before the next one begins beside it.</summary>
    public static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(250);

    /// <exception cref="SocketException">No address answered: why the first one did not.</exception>
    public static async Task<Stream> ConnectAsync(
        IReadOnlyList<IPAddress> addresses,
        Func<IPAddress, CancellationToken, Task<Stream>> connect,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var waiting = new Queue<IPAddress>(Alternate(addresses));
        List<Task<Stream>> underWay = [];
        Task<Stream>? firstFailed = null;
        try
        {
            while (waiting.Count > 0 || underWay.Count > 0)
            {
                if (waiting.TryDequeue(out var address))
                {
                    underWay.Add(connect(address, stop.Token));
                }

                Task[] turns = waiting.Count > 0 ? [Task.Delay(Delay, time, stop.Token)] : [];
                await Task.WhenAny([.. underWay, .. turns]);
                if (underWay.Find(attempt => attempt.IsCompletedSuccessfully) is { } connected)
                {
                    underWay.Remove(connected);
                    return await connected;
                }

                firstFailed ??= underWay.Find(attempt => attempt.IsCompleted);
                underWay.RemoveAll(attempt => attempt.IsCompleted);
            }

            return await (firstFailed ?? throw new SocketException((int)SocketError.HostNotFound));
        }
        finally
        {
            await stop.CancelAsync();
            underWay.ForEach(attempt => _ = DropAsync(attempt));
        }
    }

    /// <summary>RFC 8305 §4: the families take turns, beginning with the one that the system prefers.</summary>
    private static IEnumerable<IPAddress> Alternate(IReadOnlyList<IPAddress> addresses)
    {
        var families = addresses.GroupBy(address => address.AddressFamily).Select(family => family.ToArray()).ToArray();
        return Enumerable.Range(0, addresses.Count).SelectMany(index => families.Where(family => index < family.Length).Select(family => family[index]));
    }

    /// <summary>It may have connected at the last moment.</summary>
    private static async Task DropAsync(Task<Stream> attempt)
    {
        try
        {
            await (await attempt).DisposeAsync();
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            // It was not wanted any more.
        }
    }
}
