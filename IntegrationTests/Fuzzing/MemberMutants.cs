using System.Text.Json.Nodes;

using B2BAssertions.Jose;

using CsCheck;

namespace B2BAssertions.IntegrationTests.Fuzzing;

/// <summary>Mutants by members of header and claims, all signed again by the right key, all against a rule.</summary>
internal static class MemberMutants
{
    private const int MoreThanTheLimit = 8 * 1024;

    /// <summary>JSON values that are no string, as text.</summary>
    public static Gen<string> NoString { get; } = Gen.OneOf(
        Gen.Int.Select(value => $"{value}"),
        Gen.Double[-1e300, 1e300].Select(value => JsonValue.Create(value).ToJsonString()),
        Gen.OneOf("null", "true", "false", "[]", "{}", "1e400", "-0", "[[[[]]]]", "[null]", "{\"a\":{\"b\":[]}}"),
        Gen.String.Array[0, 3].Select(values => new JsonArray([.. values.Select(value => JsonValue.Create(value))]).ToJsonString()),
        Gen.String.Select(value => new JsonObject { ["value"] = value }.ToJsonString()));

    /// <summary>JSON values that are no number, as text.</summary>
    public static Gen<string> NoNumber { get; } = Gen.OneOf(
        Gen.OneOf("null", "true", "false", "[]", "{}", "[1]", "\"\"", "\"1\"", "{\"exp\":1}"),
        Gen.String.Select(Quoted),
        Gen.Int.Select(value => $"\"{value}\""),
        Gen.Int.Select(value => $"[{value}]"));

    public static Gen<string> Any { get; } = Gen.OneOf(NoString, Gen.String.Select(Quoted));

    /// <summary>Every value but the one right string: others, nearly this one, and what is no string.</summary>
    public static Gen<string> NotThis(string right) => Gen.OneOf(
        NoString,
        Gen.String.Where(value => value != right).Select(Quoted),
        Gen.Char.Select(character => Quoted(right + character)),
        Gen.Char.Select(character => Quoted(character + right)),
        Gen.Int[1, 20].Select(length => Quoted(right[..Math.Max(0, right.Length - length)])),
        Gen.Int[256, 4000].Select(length => Quoted(new string('x', length))));

    /// <summary>A member with a value that it may not have, be it there already or not.</summary>
    public static Gen<Mutant> Wrong(Specimen specimen, JwtPart part, string name, Gen<string> raw) =>
        raw.Select(value => new Mutant($"{part} signed again, {name} wrong", value, specimen.With(part, name, value)));

    public static Gen<Mutant> Missing(Specimen specimen, JwtPart part, string name) =>
        Gen.Const(0).Select(_ => new Mutant($"{part} signed again, {name} missing", name, specimen.Without(part, name)));

    /// <summary>A member twice, alike or not, and once with an escape in its name or not.</summary>
    public static Gen<Mutant> Repeated(Specimen specimen, JwtPart part) =>
        Gen.Select(Gen.OneOf([.. specimen.Names(part)]), Gen.Bool, Gen.Bool, Any).Select((name, alike, escaped, other) => new Mutant(
            $"{part} signed again, a member twice",
            name,
            specimen.And(part, escaped ? $"\\u{(int)name[0]:x4}{name[1..]}" : name, alike ? specimen.Raw(part, name) : other)));

    /// <summary>More than a JWT may hold.</summary>
    public static Gen<Mutant> Huge(Specimen specimen, JwtPart part) =>
        Gen.Int[MoreThanTheLimit, 3 * MoreThanTheLimit].Select(length => new Mutant(
            $"{part} signed again, too large", $"{length}", specimen.And(part, "filler", Quoted(new string('x', length)))));

    /// <summary>Arrays in arrays, deeper than anything that is read.</summary>
    public static Gen<Mutant> Deep(Specimen specimen, JwtPart part) =>
        Gen.Int[StrictJson.MaxDepth, 2000].Select(depth => new Mutant(
            $"{part} signed again, too deep", $"{depth}", specimen.And(part, "filler", new string('[', depth) + new string(']', depth))));

    /// <summary>Seconds at or before the first, or at or after the second.</summary>
    public static Gen<string> Outside(long before, long after) => Gen.OneOf(
        Gen.Long[long.MinValue, before].Select(value => $"{value}"),
        Gen.Long[after, long.MaxValue].Select(value => $"{value}"),
        Gen.Int[0, 1000].Select(seconds => $"{before - seconds}"),
        Gen.Int[0, 1000].Select(seconds => $"{after + seconds}"),
        Gen.Int[13, 320].Select(power => $"1e{power}"));

    public static string Quoted(string text) => JsonValue.Create(text).ToJsonString();
}
