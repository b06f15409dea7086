namespace B2BAssertions.KeyFiles;

/// <summary>The password of a key file.</summary>
public interface IKeyPassword
{
    /// <summary>Where the password comes from, for sentences about a wrong one.</summary>
    string Origin { get; }

    /// <summary>The password for a new key; made when there is none yet.</summary>
    /// <exception cref="StartupException">It cannot be kept or read.</exception>
    string ReadOrCreate();

    /// <summary>The password of an existing key: never made here, because a new one would not open it.</summary>
    /// <exception cref="StartupException">There is none.</exception>
    string Read();
}
