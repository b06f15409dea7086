using System.Text;

using CsCheck;

namespace B2BAssertions.IntegrationTests.Fuzzing;

/// <summary>
/// Mutants by bytes. Each is another JWT than its specimen: base64url has one spelling for some bytes, a signature counts for one text,
/// and where the bytes of a part are signed again, they are bytes of a member that may have one value alone.
/// </summary>
internal static class ByteMutants
{
    private static readonly string[] Changes = ["replaced", "inserted", "removed", "cut off", "exchanged", "repeated"];

    /// <summary>Any byte of the text that is sent.</summary>
    public static Gen<Mutant> OfText(Specimen specimen)
    {
        var bytes = Encoding.ASCII.GetBytes(specimen.Text);
        return Change(bytes.Length).Select(change => new Mutant(
            $"text, bytes {Changes[change.How]}", Show(change), Encoding.Latin1.GetString(Apply(bytes, change))));
    }

    /// <summary>Any byte of the JSON of header or claims, under the old signature.</summary>
    public static Gen<Mutant> OfUnsignedJson(Specimen specimen, JwtPart part)
    {
        var json = specimen.Json(part);
        return Change(json.Length).Select(change => new Mutant(
            $"{part} not signed again, bytes {Changes[change.How]}", Show(change), specimen.Replaced(part, Apply(json, change), signAgain: false)));
    }

    /// <summary>A byte of a member's name, and of its value where there is one right value, signed again.</summary>
    public static Gen<Mutant> OfSignedMember(Specimen specimen, JwtPart part, string name, bool itsValueToo)
    {
        var json = specimen.Json(part);
        var member = $"\"{name}\":";
        var start = json.AsSpan().IndexOf(Encoding.UTF8.GetBytes(member));
        var length = member.Length + (itsValueToo ? Encoding.UTF8.GetByteCount(specimen.Raw(part, name)) : 0);
        return Gen.Select(Gen.Int[start, start + length - 1], Gen.Int[1, 255], Gen.Bool).Select((position, value, replace) =>
        {
            var change = (position, value: replace ? value : 0, How: replace ? 0 : 2);
            return new Mutant(
                $"{part} signed again, a byte of {name} {Changes[change.How]}", Show(change), specimen.Replaced(part, Apply(json, change), signAgain: true));
        });
    }

    /// <summary>Something around the JSON of header or claims, or half of it, signed again.</summary>
    public static Gen<Mutant> OfBrokenJson(Specimen specimen, JwtPart part)
    {
        var json = specimen.Json(part);
        return Gen.Select(Gen.Byte.Array[1, 20], Gen.Int[0, json.Length - 1], Gen.Int[0, 3]).Select((noise, cut, how) =>
        {
            // What JSON allows around a value means nothing; a letter among it does.
            byte[] text = [.. noise, (byte)'x'];
            var broken = how switch
            {
                0 => [.. json, .. text],
                1 => [.. text, .. json],
                2 => json[..cut],
                _ => text,
            };
            return new Mutant($"{part} signed again, no JSON", $"{how} at {cut}", specimen.Replaced(part, broken, signAgain: true));
        });
    }

    /// <summary>Any byte of a file.</summary>
    public static Gen<(string How, byte[] Bytes)> OfFile(byte[] bytes) =>
        Change(bytes.Length).Select(change => ($"bytes {Changes[change.How]} {Show(change)}", Apply(bytes, change)));

    private static Gen<(int Position, int Value, int How)> Change(int length) =>
        Gen.Select(Gen.Int[0, length - 1], Gen.Int[1, 255], Gen.Int[0, Changes.Length - 1]);

    private static byte[] Apply(byte[] bytes, (int Position, int Value, int How) change)
    {
        var (position, value, how) = change;
        return how switch
        {
            1 => [.. bytes[..position], (byte)value, .. bytes[position..]],
            2 => [.. bytes[..position], .. bytes[Math.Min(bytes.Length, position + 1 + (value % 8))..]],
            3 => bytes[..position],
            4 when position + 1 < bytes.Length && bytes[position] != bytes[position + 1] =>
                [.. bytes[..position], bytes[position + 1], bytes[position], .. bytes[(position + 2)..]],
            5 => [.. bytes[..position], .. bytes[position..Math.Min(bytes.Length, position + value)], .. bytes[position..]],
            _ => [.. bytes[..position], (byte)(bytes[position] + value), .. bytes[(position + 1)..]],
        };
    }

    private static string Show((int Position, int Value, int How) change) => $"at {change.Position}, {change.Value}";
}
