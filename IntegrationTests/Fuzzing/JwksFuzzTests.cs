using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

using B2BAssertions.AuthorizationServer.ClientJwks;
using B2BAssertions.IntegrationTests.AuthorizationServerTests;
using B2BAssertions.IntegrationTests.JoseTests;
using B2BAssertions.Jose;

using CsCheck;

using Xunit;

using static B2BAssertions.IntegrationTests.Fuzzing.MemberMutants;

namespace B2BAssertions.IntegrationTests.Fuzzing;

/// <summary>
/// A right JWK Set, mutated in any byte and any member: no mutant is an error, none costs a key that it did not touch anything, and none is told
/// a reason that is not the true one.
/// </summary>
[Trait("Rule", "JW-05")]
public sealed class JwksFuzzTests
{
    private const int Keys = 3;

    /// <summary>Each is a fetch, over a socket; the set itself is what the other test mutates.</summary>
    private const int Fetches = 100;

    private static readonly string[] Members = ["kty", "kid", "alg", "use", "key_ops", "n", "e", "crv", "x", "y", "oth", "x5c", "more"];

    private static readonly string[] PrivateMembers = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

    private readonly JsonObject[] _keys = [Key(Jwks.Rsa(), "rsa"), Key(Jwks.Ec(), "ec-1"), Key(Jwks.Ec(), "ec-2")];

    /// <param name="Touched">The place of the one key that it touches; null when it may be any.</param>
    private sealed record MutantSet(string Kind, byte[] Json, int? Touched = null)
    {
        public override string ToString() => $"{Kind}: {Encoding.UTF8.GetString(Json)}";
    }

    [Fact]
    public void No_mutant_of_a_set_is_an_error_or_told_an_untrue_reason_and_an_odd_key_costs_itself_alone() => Mutants().Sample(
        mutant =>
        {
            var isSet = JwkSet.TryParse(mutant.Json, out var set, out var fault);
            if (isSet)
            {
                Assert.All(set!.Ignored, ignored => AssertTold(ignored.Fault));
            }
            else
            {
                AssertTold(fault!);
            }

            AssertReason(mutant, isSet ? null : fault);
            if (mutant.Touched is { } touched)
            {
                AssertCostsItselfAlone(touched, set, fault);
            }

            return $"{mutant.Kind}: {fault?.Code ?? (set!.Ignored.Count == 0 ? "all read" : "some left out")}";
        },
        writeLine: TestContext.Current.TestOutputHelper!.WriteLine,
        iter: FuzzRun.Size);

    [Fact]
    public async Task A_client_with_a_mutant_for_a_set_is_never_an_error_of_the_server()
    {
        (int, string?)[] answers = [(200, null), (401, "invalid_client"), (503, "temporarily_unavailable")];
        await using var fixture = await TokenEndpointFixture.StartAsync();
        await Mutants().SampleAsync(
            async mutant =>
            {
                fixture.JwksB.Body = Encoding.UTF8.GetString(mutant.Json);
                fixture.Time.Advance(JwksFreshness.Longest);
                var answer = await fixture.SendAsync(fixture.MakerB.Make());
                Assert.Contains((answer.Status, answer.Error), answers);
                Assert.DoesNotContain(fixture.Server.Logs.Lines, line => line.Contains("jwks_fetch_failed", StringComparison.Ordinal));
                fixture.Server.Logs.Forget();
            },
            iter: Math.Min(FuzzRun.Size, Fetches),
            threads: 1);

        fixture.JwksB.Body = null;
        fixture.Time.Advance(JwksFreshness.Longest);
        Assert.Equal(200, (await fixture.SendAsync(fixture.MakerB.Make())).Status);
    }

    private static JsonObject Key(JsonObject key, string kid)
    {
        key["kid"] = kid;
        return key;
    }

    private Gen<MutantSet> Mutants() => Gen.Frequency(
        (4, OfBytes()),
        (6, Gen.Select(Gen.Int[0, Keys - 1], Gen.OneOf(Members), Any).Select(
            (key, name, value) => new MutantSet($"{name} is another", Json(key, With(key, name, value)), key))),
        (1, Gen.Select(Gen.Int[0, Keys - 1], Gen.OneOf(Members)).Select(
            (key, name) => new MutantSet($"{name} is missing", Json(key, With(key, name, null)), key))),
        (2, Gen.Select(Gen.Int[0, Keys - 1], Gen.OneOf(Members), Any).Select(
            (key, name, value) => new MutantSet("a member twice", Json(key, $"{Text(key)[..^1]},\"kty\":{value}}}"), key))),
        (3, Gen.Select(Gen.Int[0, Keys - 1], Gen.OneOf(PrivateMembers), Gen.OneOf(Any, Gen.String[1, 50].Select(Quoted))).Select(
            (key, name, value) => new MutantSet("a private member", Json(key, With(key, name, value)), key))),
        (1, Gen.Select(Gen.Int[0, Keys - 1], Gen.Int[1, 3000]).Select(
            (key, depth) => new MutantSet("deep", Json(key, With(key, "more", new string('[', depth) + new string(']', depth))), key))),
        (1, Gen.Select(Gen.Int[0, Keys - 1], Any).Select((key, value) => new MutantSet("another key", Json(key, value), key))),
        (1, Gen.Select(Gen.OneOf("keys", "more", "kty", "\\ud800"), Any).Select(
            (name, value) => new MutantSet("a member of the set", Encoding.UTF8.GetBytes($"{{\"{name}\":{value},{Json()[1..]}")))));

    private Gen<MutantSet> OfBytes()
    {
        var json = Encoding.UTF8.GetBytes(Json());
        return Gen.Select(Gen.Int[0, json.Length - 1], Gen.Byte, Gen.Int[0, 3]).Select((position, value, how) => new MutantSet(
            "bytes",
            how switch
            {
                0 => [.. json[..position], value, .. json[(position + 1)..]],
                1 => [.. json[..position], value, .. json[position..]],
                2 => [.. json[..position], .. json[Math.Min(json.Length, position + 1 + (value % 8))..]],
                _ => json[..position],
            }));
    }

    private string Text(int key) => _keys[key].ToJsonString();

    /// <summary>The key with another value of a member, or without it.</summary>
    private string With(int key, string name, string? raw) => "{" + string.Join(
        ',',
        _keys[key].Where(member => member.Key != name).Select(member => $"\"{member.Key}\":{member.Value!.ToJsonString()}")
            .Concat(raw is null ? [] : [$"\"{name}\":{raw}"])) + "}";

    private string Json() => $"{{\"keys\":[{string.Join(',', Enumerable.Range(0, Keys).Select(Text))}]}}";

    private byte[] Json(int replaced, string text) => Encoding.UTF8.GetBytes(
        $"{{\"keys\":[{string.Join(',', Enumerable.Range(0, Keys).Select(key => key == replaced ? text : Text(key)))}]}}");

    /// <summary>A sentence that can stand in a log as it is.</summary>
    private static void AssertTold(JwkFault fault)
    {
        Assert.Matches("^jwks?_[a-z_]+$", fault.Code);
        Assert.True(PlainText.Is(fault.Message), fault.Message);
        Assert.InRange(fault.Message.Length, 10, 1500);
    }

    /// <summary>What .NET's own reader says of the JSON, and what can be seen in it, decides whether the reason is the true one.</summary>
    private static void AssertReason(MutantSet mutant, JwkFault? fault)
    {
        Assert.Equal(!IsJson(mutant.Json), fault?.Message.Contains("is not valid JSON", StringComparison.Ordinal) == true
            || fault?.Message.Contains("is empty", StringComparison.Ordinal) == true
            || (fault?.Code == "jwk_private" && !IsJson(mutant.Json)));
        if (fault?.Code == "jwk_private")
        {
            var text = Encoding.UTF8.GetString(mutant.Json);
            Assert.Contains(PrivateMembers, name => text.Contains($"\"{name}\"", StringComparison.Ordinal));
        }

        if (fault?.Message.Contains("repeats", StringComparison.Ordinal) == true)
        {
            Assert.Throws<JsonException>(() => JsonDocument.Parse(
                mutant.Json, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = int.MaxValue }));
        }
    }

    private static void AssertCostsItselfAlone(int touched, JwkSet? set, JwkFault? fault)
    {
        if (fault is not null)
        {
            // A key that gives away its private half.
            Assert.Equal("jwk_private", fault.Code);
            Assert.StartsWith($"key {touched + 1}", fault.Message, StringComparison.Ordinal);
            return;
        }

        Assert.Equal(Keys, set!.Keys.Count + set.Ignored.Count);
        Assert.All(set.Ignored, ignored => Assert.StartsWith($"key {touched + 1}", ignored.Name, StringComparison.Ordinal));
    }

    private static bool IsJson(byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(
                StrictJson.WithoutByteOrderMark(json), new JsonDocumentOptions { MaxDepth = int.MaxValue });
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
