using B2BAssertions.Jose;
using B2BAssertions.KeyFiles;
using B2BAssertions.PartnerClient.KeyPair;

namespace B2BAssertions.PartnerClient.Rotation;

/// <summary>
/// The partner's keys and which of them signs now. There is one key, and during a rotation two, under two names that take turns; the state
/// says which name is which, so that one write of it is the change from one key to the next.
/// </summary>
internal sealed partial class KeyRing(IKeyStore store, IRotationStateStore file, TimeProvider time, ILogger<KeyRing> logger)
{
    /// <summary>Of the second name.</summary>
    private const string Second = "2";

    private volatile Opened? _opened;
    private RotationState? _lookedFor;
    private string? _toldMissing;

    /// <summary>The key to sign with now. Not disposed of when another takes its place: somebody may be signing with it.</summary>
    public SigningKey Key => Now.Key;

    /// <summary>Whether <see cref="Open"/> has been called.</summary>
    public bool IsOpen => _opened is not null;

    public RotationState State => Now.State;

    /// <summary>Where the key that signs lies, for people.</summary>
    public string Location => store.Describe(State.Current.Name);

    /// <summary>The name that the next key gets.</summary>
    public string FreeName => State.Current.Name == store.ConfiguredName ? store.NameWith(Second) : store.ConfiguredName;

    /// <summary>Whether there is no key at all, so that opening would make the first one.</summary>
    public bool IsEmpty => !store.Exists(store.ConfiguredName) && !store.Exists(store.NameWith(Second));

    private Opened Now => _opened ?? throw new InvalidOperationException("The keys are opened when the service starts.");

    /// <summary>Opens the key that signs, and makes the first one.</summary>
    /// <returns>Whether a key was made.</returns>
    /// <exception cref="StartupException">The key cannot be used, or it is not known which one signs.</exception>
    public bool Open()
    {
        var state = file.Read();
        if (state is not null && state.KeyName != store.ConfiguredName)
        {
            throw new StartupException(
                $"{RotationStateFile.FileName} in the data directory is about the key '{state.KeyName}', but the settings name "
                + $"'{store.ConfiguredName}'. Set the former name again, or delete that file to begin with the other key.");
        }

        if (state is not null && Find(state) is { } found)
        {
            _opened = found;
            return false;
        }

        var created = EnsureOne(out var name);
        var key = store.Open(name);
        _opened = new Opened(
            new RotationState { KeyName = store.ConfiguredName, Current = new HeldKey(name, key.Kid, created ? time.GetUtcNow() : null) }, key);
        return created;
    }

    /// <summary>Takes over what another process of this folder has written.</summary>
    /// <exception cref="StartupException">It cannot be read, or its key cannot be used.</exception>
    public void Follow()
    {
        if (file.Read() is { } state && state.KeyName == store.ConfiguredName)
        {
            LookFor(state);

            // Where the state names no key that is there, the one that was opened goes on.
            _opened = state.Current.Kid == Key.Kid ? new Opened(state, Key) : Find(state) ?? _opened;
        }
    }

    /// <summary>The same, and keeps what was found to be otherwise than the state has it. For whoever has the right to write.</summary>
    /// <exception cref="StartupException">It cannot be read, or its key cannot be used.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void TakeOver()
    {
        Follow();
        if (file.Read() is { } written && (written.Current.Kid, written.Phase) != (State.Current.Kid, State.Phase))
        {
            file.Write(State);
        }
    }

    /// <summary>Keeps the state, on disk first.</summary>
    /// <param name="key">The key that signs from now on, where that changes.</param>
    public void Save(RotationState state, SigningKey? key = null)
    {
        file.Write(state);
        _opened = new Opened(state, key ?? Key);
    }

    /// <summary>What the registry says of the key's age; kept with the next change.</summary>
    public void Learn(DateTimeOffset createdAt) =>
        _opened = Now with { State = State with { Current = State.Current with { CreatedAt = createdAt } } };

    /// <summary>Has the store look anew when it does not show the keys as another process has left them; once for each change.</summary>
    private void LookFor(RotationState state)
    {
        if (state.HoldsSameKeysAs(State) || state.HoldsSameKeysAs(_lookedFor))
        {
            return;
        }

        if (!IsSeen(state))
        {
            store.LookAnew();
        }

        _lookedFor = state;
    }

    /// <summary>By their new names too: a former key that is still seen under its old one would be taken for the key that comes next.</summary>
    private bool IsSeen(RotationState state) =>
        state.Archived.Where(key => !State.Archived.Contains(key)).All(key => store.Exists(key.Name))
        && (state.Next?.Kid is null || store.Exists(state.Next.Name))
        && store.Exists(state.Current.Name)
        && (state.Current.Kid == Key.Kid || Holds(state.Current));

    private bool Holds(HeldKey held)
    {
        using var key = store.Open(held.Name);
        return key.Kid == held.Kid;
    }

    /// <summary>The key that the state names; null when none of its keys is there any more, as after they were moved away.</summary>
    private Opened? Find(RotationState state)
    {
        if (store.Exists(state.Current.Name))
        {
            var key = store.Open(state.Current.Name);
            if (key.Kid == state.Current.Kid)
            {
                return new Opened(state, key);
            }

            Log.Exchanged(logger, store.Describe(state.Current.Name), key.Kid, state.Current.Kid!);
            return new Opened(state with { Current = new HeldKey(state.Current.Name, key.Kid) }, key);
        }

        TellMissing(state.Current);
        if (state is { Phase: RotationPhase.Generated or RotationPhase.Pending, Next: { } next } && store.Exists(next.Name))
        {
            var key = store.Open(next.Name);
            return new Opened(
                state with { Phase = RotationPhase.None, Current = next with { Kid = key.Kid }, Next = null, PublishedEverywhereAt = null }, key);
        }

        return null;
    }

    /// <summary>Once, not with each look.</summary>
    private void TellMissing(HeldKey key)
    {
        if (_toldMissing != key.Kid)
        {
            _toldMissing = key.Kid;
            Log.Missing(logger, store.Describe(key.Name), key.Kid!);
        }
    }

    /// <summary>Without a state there is one key, or none yet: two would leave open which one signs.</summary>
    private bool EnsureOne(out string name)
    {
        var second = store.NameWith(Second);
        name = store.ConfiguredName;
        if (!store.Exists(second))
        {
            // Not for a key that is there: to make one takes a right that a token need not give.
            return !store.Exists(name) && store.Create(name);
        }

        if (store.Exists(name))
        {
            throw new StartupException(
                $"There are two keys, '{store.Describe(name)}' and '{store.Describe(second)}', and no {RotationStateFile.FileName} in the data "
                + "directory that says which one signs. Restore that file, or move away the key that the registry does not list as active.");
        }

        name = second;
        return false;
    }

    private sealed record Opened(RotationState State, SigningKey Key);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "'{Key}' holds the key {Kid}, where {Expected} was: somebody has exchanged it. Going on with it.")]
        public static partial void Exchanged(ILogger logger, string key, string kid, string expected);

        [LoggerMessage(LogLevel.Warning, "'{Key}', which held the key {Kid}, is not there any more.")]
        public static partial void Missing(ILogger logger, string key, string kid);
    }
}
