using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

using Xunit;

namespace B2BAssertions.IntegrationTests.Secrecy;

/// <summary>Everything that must be found nowhere, with a name to tell it by.</summary>
internal static partial class Secrets
{
    [GeneratedRegex(@"eyJ[\w-]+\.[\w-]+\.(?<signature>[\w-]{20,})")]
    public static partial Regex Jwt { get; }

    [GeneratedRegex(@"<value>(?<key>[\w+/=]+)</value>")]
    private static partial Regex MasterKey { get; }

    /// <summary>The assertions, key proofs and access tokens that were sent, the keys and passwords that were made.</summary>
    public static List<(string Name, string Value)> Of(TappedSystem system)
    {
        var password = File.ReadAllText(Path.Combine(system.ClientFolder, "partner-key.password")).Trim();
        var pem = File.ReadAllText(Path.Combine(system.ClientFolder, "partner-key.pem"));
        var secrets = new List<(string, string)>
        {
            ("enrolment token", TappedSystem.EnrolmentToken),
            ("password of the key file", password),
        };
        secrets.AddRange(pem.Split('\n').Where(line => line.Length > 20 && !line.StartsWith('-')).Select(line => ("line of the key file", line)));
        secrets.AddRange(PrivateNumbers(pem, password));
        secrets.AddRange(MasterKeys(system.ServerFolder));
        secrets.AddRange(Jwt.Matches(system.Wire).Select(jwt => jwt.Groups["signature"].Value).Distinct().Select(value => ("signature of a JWT", value)));
        Assert.All(secrets, secret => Assert.True(secret.Item2.Length >= 16, secret.Item1));
        return secrets;
    }

    /// <summary>In each of the forms that a program may print bytes in.</summary>
    private static IEnumerable<(string, string)> PrivateNumbers(string pem, string password)
    {
        using var key = RSA.Create();
        key.ImportFromEncryptedPem(pem, password);
        var numbers = key.ExportParameters(includePrivateParameters: true);
        return new[] { numbers.D!, numbers.P!, numbers.Q!, numbers.DP!, numbers.DQ!, numbers.InverseQ! }.SelectMany(number => new[]
        {
            ("private number", Convert.ToBase64String(number)),
            ("private number", Base64Url.EncodeToString(number)),
            ("private number", Convert.ToHexString(number)),
            ("private number", Convert.ToHexStringLower(number)),
        });
    }

    /// <summary>What protects the signing keys in the authorization server's database, as it stands in the database's files.</summary>
    private static List<(string, string)> MasterKeys(string folder)
    {
        var keys = Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
            .SelectMany(file => MasterKey.Matches(File.ReadAllText(file, Encoding.Latin1)))
            .Select(key => ("master key", key.Groups["key"].Value))
            .Distinct()
            .ToList();
        Assert.NotEmpty(keys);
        return keys;
    }
}
