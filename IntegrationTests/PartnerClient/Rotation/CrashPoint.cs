using B2BAssertions.PartnerClient.Rotation;

namespace B2BAssertions.IntegrationTests.PartnerClientTests.Rotation;

/// <summary>The process is gone at this moment, as far as the rotation can tell: nothing after it is done.</summary>
public sealed class CrashException : Exception;

/// <summary>Where a client crashes.</summary>
internal sealed class CrashPoint
{
    /// <summary>Which write of the state, counted from 1; 0 for none.</summary>
    public int AtWrite { get; init; }

    /// <summary>Whether that state is on disk already.</summary>
    public bool IsAfterWrite { get; init; }

    /// <summary>The end of the address of a POST that the server has answered, but this client has not heard.</summary>
    public string? AfterPostTo { get; init; }

    public int Writes { get; set; }
}

/// <summary>Crashes before or after one of its writes.</summary>
internal sealed class CrashingStateStore(IRotationStateStore inner, CrashPoint crash) : IRotationStateStore
{
    public RotationState? Read() => inner.Read();

    public void Write(RotationState state)
    {
        crash.Writes++;
        if (crash.Writes == crash.AtWrite && !crash.IsAfterWrite)
        {
            throw new CrashException();
        }

        inner.Write(state);
        if (crash.Writes == crash.AtWrite)
        {
            throw new CrashException();
        }
    }
}

internal sealed class CrashingHandler(CrashPoint crash) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        return request.Method == HttpMethod.Post && crash.AfterPostTo is { } end && request.RequestUri!.AbsolutePath.EndsWith(end, StringComparison.Ordinal)
            ? throw new CrashException()
            : response;
    }
}
