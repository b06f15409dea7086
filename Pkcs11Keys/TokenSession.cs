using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace B2BAssertions.Pkcs11Keys;

/// <summary>One session with the token, used by one caller at a time; it remembers where it found which key.</summary>
/// <param name="library">What it was opened in: it ends with it.</param>
internal sealed class TokenSession(ISession session, IPkcs11Library library) : IDisposable
{
    private readonly Dictionary<TokenKeyAddress, IObjectHandle> _keys = [];
    private bool _isForgotten;

    public ISession Cryptoki => session;

    public IPkcs11Library Library => library;

    /// <summary>The objects that these attributes describe; without login, private ones are not seen.</summary>
    public List<IObjectHandle> Find(CKO kind, string? label, byte[]? id = null)
    {
        var attributes = TokenLibrary.Factories.ObjectAttributeFactory;
        List<IObjectAttribute> wanted = [attributes.Create(CKA.CKA_CLASS, kind)];
        if (label is not null)
        {
            wanted.Add(attributes.Create(CKA.CKA_LABEL, label));
        }

        if (id is { Length: > 0 })
        {
            wanted.Add(attributes.Create(CKA.CKA_ID, id));
        }

        try
        {
            return session.FindAllObjects(wanted);
        }
        finally
        {
            wanted.ForEach(attribute => attribute.Dispose());
        }
    }

    /// <summary>Null when the key is not there. One that was relabelled since, such as a former key that still signs, is found by its id.</summary>
    public IObjectHandle? FindKey(TokenKeyAddress address)
    {
        if (_keys.TryGetValue(address, out var key))
        {
            return key;
        }

        var id = Convert.FromHexString(address.Id);
        key = Find(CKO.CKO_PRIVATE_KEY, address.Label, id) is [var found] ? found
            : id.Length > 0 && Find(CKO.CKO_PRIVATE_KEY, label: null, id) is [var relabelled] ? relabelled
            : null;
        if (key is not null)
        {
            _keys[address] = key;
        }

        return key;
    }

    /// <summary>One attribute; null where the token does not have or give it.</summary>
    public T? Read<T>(IObjectHandle handle, CKA attribute, Func<IObjectAttribute, T> read)
    {
        using var value = session.GetAttributeValue(handle, [attribute])[0];
        return value.CannotBeRead ? default : read(value);
    }

    public void Set(IObjectHandle handle, CKA attribute, string value)
    {
        using var changed = TokenLibrary.Factories.ObjectAttributeFactory.Create(attribute, value);
        session.SetAttributeValue(handle, [changed]);
    }

    /// <summary>A session that the token has ended is not closed: its number may be another's by now.</summary>
    public void Forget() => _isForgotten = true;

    public void Dispose()
    {
        if (_isForgotten)
        {
            return;
        }

        try
        {
            session.Dispose();
        }
        catch (Pkcs11Exception)
        {
            // It has ended meanwhile, which is what was wanted.
            Forget();
        }
    }
}
