using System.Security.Cryptography;

using B2BAssertions.Jose;

using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace B2BAssertions.Pkcs11Keys;

/// <summary>
/// Private keys in a PKCS#11 token (v2.40): made there, used there, never outside of it (PC-03). A key is known by its label. Every member
/// may be called by many threads at once.
/// </summary>
public sealed class TokenKeys : IDisposable
{
    private readonly TokenSettings _settings;
    private readonly TokenFaults _faults;
    private readonly TokenSessions _sessions;
    private readonly Lock _generation = new();

    public TokenKeys(TokenSettings settings)
    {
        _settings = settings;
        _faults = new TokenFaults(settings);
        _sessions = new TokenSessions(settings, _faults);
    }

    internal int IdleSessions => _sessions.Idle;

    public string Describe(string label) => $"token '{_settings.TokenLabel}', key '{label}'";

    /// <exception cref="TokenException">The token cannot be asked.</exception>
    public bool Exists(string label) => _sessions.Use(session => session.Find(CKO.CKO_PRIVATE_KEY, label).Count > 0);

    /// <summary>Makes a key pair that can sign and nothing else, and whose private half the token never gives away.</summary>
    /// <param name="rsaBits">Size of the key where the algorithm is RSA's.</param>
    /// <returns>Whether it was made; an existing key is left as it is.</returns>
    /// <exception cref="TokenException">It cannot be made.</exception>
    public bool CreateIfMissing(string label, SigningAlgorithm algorithm, int rsaBits)
    {
        var mechanism = TokenMechanism.Of(algorithm);
        Demand(mechanism.Generation, flags => flags.GenerateKeyPair, algorithm);
        Demand(mechanism.Signature, flags => flags.Sign, algorithm);
        if (algorithm == SigningAlgorithm.PS256)
        {
            DemandKeySize(mechanism.Generation, rsaBits);
        }

        // The token itself knows no "only if there is none"; of several processes at once, Open tells when two have made one.
        lock (_generation)
        {
            return _sessions.Change(session =>
            {
                if (session.Find(CKO.CKO_PRIVATE_KEY, label).Count > 0)
                {
                    return false;
                }

                mechanism.Generate(session.Cryptoki, label, rsaBits);
                return true;
            });
        }
    }

    /// <summary>
    /// The key: an <see cref="RSA"/> for PS256 or an <see cref="ECDsa"/> for ES256 that has the token sign, and gives the public half only.
    /// One signature is made and checked here, so that a key that cannot be used is found at the start and not with the first request.
    /// </summary>
    /// <exception cref="TokenException">It is not there, can be exported, or does not sign.</exception>
    public AsymmetricAlgorithm Open(string label, SigningAlgorithm algorithm)
    {
        var mechanism = TokenMechanism.Of(algorithm);
        Demand(mechanism.Signature, flags => flags.Sign, algorithm);
        var key = _sessions.Use(session => mechanism.Open(this, new TokenKeyReader(session, label, _faults)));
        try
        {
            if (!TokenMechanism.SignsAsExpected(key))
            {
                throw _faults.KeyUnfit(label, "makes signatures that its public half does not verify: the two are of different pairs");
            }

            return key;
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Sees what other processes have done to the keys. Most libraries show it by themselves; tpm2-pkcs11 reads them once, when it begins. All
    /// sessions of this process with that library end, and nobody notices: who signs meanwhile waits and then logs in anew.
    /// </summary>
    /// <exception cref="TokenException">The library cannot be used any more, or hangs.</exception>
    public void Reload() => _sessions.Reload();

    /// <summary>Gives the pair another label.</summary>
    /// <exception cref="TokenException">There is no such key, another has the label, or the token does not allow it.</exception>
    public void Rename(string label, string newLabel) => _sessions.Change(session =>
    {
        if (session.Find(CKO.CKO_PRIVATE_KEY, newLabel).Count > 0)
        {
            throw _faults.KeyExists(newLabel);
        }

        // The private half last: whoever is interrupted finds it under the old name and can do it again.
        var key = new TokenKeyReader(session, label, _faults).PrivateKey;
        session.Find(CKO.CKO_PUBLIC_KEY, label).ForEach(half => session.Set(half, CKA.CKA_LABEL, newLabel));
        session.Set(key, CKA.CKA_LABEL, newLabel);
        return true;
    });

    /// <summary>Destroys the pair; nothing happens when there is none.</summary>
    /// <exception cref="TokenException">The token does not allow it.</exception>
    public void Destroy(string label) => _sessions.Change(session =>
    {
        session.Find(CKO.CKO_PRIVATE_KEY, label).ForEach(session.Cryptoki.DestroyObject);
        session.Find(CKO.CKO_PUBLIC_KEY, label).ForEach(session.Cryptoki.DestroyObject);
        return true;
    });

    public void Dispose() => _sessions.Dispose();

    /// <summary>Has the token sign.</summary>
    /// <exception cref="TokenException">It does not.</exception>
    internal byte[] Sign(TokenKeyAddress address, Func<IMechanism> createMechanism, byte[] hash) => _sessions.Use(session =>
    {
        using var mechanism = createMechanism();
        return session.Cryptoki.Sign(mechanism, session.FindKey(address) ?? throw _faults.KeyAbsent(address.Label), hash);
    });

    /// <summary>Some tokens say nothing sound of their sizes: then the key's making tells.</summary>
    private void DemandKeySize(CKM generation, int bits)
    {
        var (least, most) = _sessions.KeySizes(generation);
        if (most >= PublicJwk.MinRsaBits && ((ulong)bits < least || (ulong)bits > most))
        {
            throw _faults.KeySizeUnsupported(bits, least, most);
        }
    }

    private void Demand(CKM mechanism, Func<IMechanismFlags, bool> use, SigningAlgorithm algorithm)
    {
        if (!_sessions.Offers(mechanism, use))
        {
            throw _faults.MechanismUnsupported(mechanism.ToString(), algorithm.Name);
        }
    }
}
