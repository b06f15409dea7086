using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.JwksServiceTests;
using B2BAssertions.Jose;

using CsCheck;

using Xunit;

using static B2BAssertions.IntegrationTests.Fuzzing.MemberMutants;

namespace B2BAssertions.IntegrationTests.Fuzzing;

/// <summary>A right proof of possession, mutated in any byte and any member. The specimen is sent last: it was good all the time.</summary>
public sealed class ProofFuzzTests() : RegistryTests(ServiceDatabase.Sqlite)
{
    private static readonly string[] SignedAgain = [$"{JwtPart.Header} signed again, ", $"{JwtPart.Claims} signed again, "];

    /// <summary>All mutants come from one address, which may send 10,000 a minute.</summary>
    private const int MutantsPerMinute = 9_000;

    [Fact]
    [Trait("Rule", "KR-04")]
    public async Task No_mutant_of_a_proof_registers_a_key_and_none_is_an_error_of_the_registry_or_told_an_untrue_reason()
    {
        for (var left = FuzzRun.Size; left > 0; left -= MutantsPerMinute)
        {
            await SendAsync(Math.Min(left, MutantsPerMinute), isLast: left <= MutantsPerMinute);
            Registry.Time.Advance(TimeSpan.FromMinutes(1));
        }
    }

    private async Task SendAsync(int size, bool isLast)
    {
        var right = Registry.NewSubmission();
        var specimen = new Specimen(right.Header, right.Claims, right.Signer.Sign);

        await FuzzRun.AllRefusedAsync(
            Of(specimen, right),
            Registry.Service,
            mutant => Submission(right, mutant.Text),
            [400, 413],
            text => text.Contains("\"state\"", StringComparison.Ordinal),
            lies: (mutant, text) => SignedAgain.Any(kind => mutant.Kind.StartsWith(kind, StringComparison.Ordinal)) && text.Contains("proof_signature_invalid", StringComparison.Ordinal),
            size: size);

        Assert.Empty(await Registry.GetKeysAsync(Registry.Partner));
        if (isLast)
        {
            using var message = Submission(right, specimen.Text);
            using var response = await Registry.Service.Client.SendAsync(message, Cancellation);
            Assert.Equal(201, (int)response.StatusCode);
        }
    }

    private Gen<Mutant> Of(Specimen specimen, Submission right) => SelfSignedMutants.Of(
        specimen,
        right.Header,
        right.Claims,
        Registry.Time.GetUtcNow().ToUnixTimeSeconds(),
        Gen.OneOf(NoString, Gen.String.Where(type => !MediaTypeName.Is(type, KeyProof.Type)).Select(Quoted)),
        Missing(specimen, JwtPart.Header, "typ"),
        Missing(specimen, JwtPart.Claims, "iat"));

    private static HttpRequestMessage Submission(Submission right, string proof)
    {
        var body = new JsonObject { ["key"] = right.Key!.DeepClone(), ["proof"] = proof };
        return new HttpRequestMessage(HttpMethod.Post, $"/partners/{right.ClientId}/keys")
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", right.Token) },
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
        };
    }
}
