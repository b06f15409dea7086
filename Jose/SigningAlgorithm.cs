using System.Diagnostics.CodeAnalysis;

namespace B2BAssertions.Jose;

/// <summary>The signature algorithms that FAPI 2.0 Security Profile §5.4.1 leaves to us: PS256 and ES256, nothing else.</summary>
public sealed record SigningAlgorithm
{
    public static readonly SigningAlgorithm PS256 = new("PS256", "RSA");
    public static readonly SigningAlgorithm ES256 = new("ES256", "EC");

    public static readonly IReadOnlyList<SigningAlgorithm> All = [PS256, ES256];

    private SigningAlgorithm(string name, string keyType)
    {
        Name = name;
        KeyType = keyType;
    }

    /// <summary>The <c>alg</c> value (RFC 7518 §3.1), compared case-sensitively.</summary>
    public string Name { get; }

    /// <summary>The <c>kty</c> of the keys that can make such a signature (RFC 7518 §6.1).</summary>
    public string KeyType { get; }

    public static bool TryParse(string? name, [NotNullWhen(true)] out SigningAlgorithm? algorithm)
    {
        algorithm = All.FirstOrDefault(candidate => candidate.Name == name);
        return algorithm is not null;
    }

    /// <exception cref="FormatException">The name is none of <see cref="All"/>.</exception>
    public static SigningAlgorithm Parse(string name) => TryParse(name, out var algorithm)
        ? algorithm
        : throw new FormatException($"'{name}' is none of the accepted algorithms: {string.Join(", ", All)}.");

    public override string ToString() => Name;
}
