using System.Formats.Asn1;
using System.Security.Cryptography;

using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace B2BAssertions.Pkcs11Keys;

/// <summary>What a token tells about the key with a label.</summary>
internal sealed class TokenKeyReader
{
    private const byte UncompressedPoint = 4;
    private const int CoordinateBytes = 32;

    private readonly TokenSession _session;
    private readonly string _label;
    private readonly TokenFaults _faults;

    public TokenKeyReader(TokenSession session, string label, TokenFaults faults)
    {
        _session = session;
        _label = label;
        _faults = faults;
        PrivateKey = session.Find(CKO.CKO_PRIVATE_KEY, label) switch
        {
            [var key] => key,
            [] => throw faults.KeyAbsent(label),
            var keys => throw faults.KeyAmbiguous(label, keys.Count),
        };
    }

    public IObjectHandle PrivateKey { get; }

    public TokenKeyAddress Address => new(_label, Convert.ToHexString(Id));

    private byte[] Id => _session.Read(PrivateKey, CKA.CKA_ID, value => value.GetValueAsByteArray()) ?? [];

    /// <summary>A key that could be taken out of the token is no better kept than a file; one of another kind is of no use.</summary>
    /// <exception cref="TokenException">It is not to be signed with.</exception>
    public void Demand(CKK kind, string algorithm)
    {
        if (_session.Read(PrivateKey, CKA.CKA_KEY_TYPE, value => (ulong?)value.GetValueAsUlong()) != (ulong)kind)
        {
            throw Unfit($"is of another kind than {algorithm} needs: name its own algorithm, or another key");
        }

        if (Flag(CKA.CKA_SENSITIVE) is not true || Flag(CKA.CKA_EXTRACTABLE) is not false)
        {
            throw Unfit("can be taken out of the token (it is not CKA_SENSITIVE, or it is CKA_EXTRACTABLE): have a new one made");
        }

        if (Flag(CKA.CKA_ALWAYS_AUTHENTICATE) is true)
        {
            throw Unfit("asks for the PIN with every signature (CKA_ALWAYS_AUTHENTICATE), which a service cannot give: have a new one made");
        }
    }

    /// <summary>The private half holds the public numbers of an RSA key as well.</summary>
    public RSAParameters ReadRsa() => new()
    {
        Modulus = WithoutLeadingZeros(Number(PrivateKey, CKA.CKA_MODULUS) ?? Number(PublicKey(), CKA.CKA_MODULUS)
            ?? throw Unfit("does not tell its modulus")),
        Exponent = WithoutLeadingZeros(Number(PrivateKey, CKA.CKA_PUBLIC_EXPONENT) ?? Number(PublicKey(), CKA.CKA_PUBLIC_EXPONENT)
            ?? throw Unfit("does not tell its public exponent")),
    };

    /// <summary>PKCS#11 v2.40 §2.3.3: the curve as an OID, the point as an octet string in DER.</summary>
    public ECParameters ReadEc()
    {
        var key = PublicKey();
        var curve = Number(key, CKA.CKA_EC_PARAMS) ?? throw Unfit("does not tell its curve");
        if (!curve.AsSpan().SequenceEqual(TokenMechanism.P256))
        {
            throw Unfit("is on another curve than P-256: have a new one made");
        }

        var point = PointOf(Number(key, CKA.CKA_EC_POINT) ?? throw Unfit("does not tell its public point"));
        return IsPoint(point)
            ? new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = point[1..(1 + CoordinateBytes)], Y = point[(1 + CoordinateBytes)..] },
            }
            : throw Unfit("has a public point in a form that is not known here: expected an uncompressed one");
    }

    /// <summary>
    /// Some tokens leave out the octet string around the point. Its first byte is then the very one of an octet string, so the length decides.
    /// </summary>
    internal static byte[] PointOf(byte[] value)
    {
        if (IsPoint(value))
        {
            return value;
        }

        try
        {
            return AsnDecoder.ReadOctetString(value, AsnEncodingRules.DER, out _);
        }
        catch (AsnContentException)
        {
            return value;
        }
    }

    private static bool IsPoint(byte[] value) => value is [UncompressedPoint, ..] && value.Length == 1 + (2 * CoordinateBytes);

    private static byte[] WithoutLeadingZeros(byte[] number) => number.AsSpan().TrimStart((byte)0).ToArray();

    private IObjectHandle PublicKey() => _session.Find(CKO.CKO_PUBLIC_KEY, _label, Id) switch
    {
        [var key] => key,
        [] => throw Unfit("has no public half in the token with its label and id: put it there with the vendor's tool, or have a new one made"),
        _ => throw Unfit("has several public halves in the token with its label and id: remove the wrong ones"),
    };

    private byte[]? Number(IObjectHandle key, CKA attribute) =>
        _session.Read(key, attribute, value => value.GetValueAsByteArray()) is { Length: > 0 } number ? number : null;

    private bool? Flag(CKA attribute) => _session.Read(PrivateKey, attribute, value => (bool?)value.GetValueAsBool());

    private TokenException Unfit(string why) => _faults.KeyUnfit(_label, why);
}
