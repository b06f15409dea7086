using B2BAssertions.IntegrationTests.ResourceServerTests;
using B2BAssertions.Jose;

using CsCheck;

using static B2BAssertions.IntegrationTests.Fuzzing.MemberMutants;

namespace B2BAssertions.IntegrationTests.Fuzzing;

/// <summary>Everything that can be done to a right access token so that by some rule it opens nothing.</summary>
internal static class AccessTokenMutants
{
    public static Gen<Mutant> Of(Specimen specimen, AccessTokenMaker right, long now) => Gen.Frequency(
        (6, ByteMutants.OfText(specimen)),
        (4, Gen.OneOf(ByteMutants.OfUnsignedJson(specimen, JwtPart.Header), ByteMutants.OfUnsignedJson(specimen, JwtPart.Claims))),
        (4, Gen.OneOf(
            ByteMutants.OfSignedMember(specimen, JwtPart.Header, "alg", itsValueToo: true),
            ByteMutants.OfSignedMember(specimen, JwtPart.Header, "kid", itsValueToo: true),
            ByteMutants.OfSignedMember(specimen, JwtPart.Header, "typ", itsValueToo: false),
            ByteMutants.OfSignedMember(specimen, JwtPart.Claims, "iss", itsValueToo: true),
            ByteMutants.OfSignedMember(specimen, JwtPart.Claims, "aud", itsValueToo: true),
            ByteMutants.OfSignedMember(specimen, JwtPart.Claims, "scope", itsValueToo: true),
            ByteMutants.OfSignedMember(specimen, JwtPart.Claims, "client_id", itsValueToo: false),
            ByteMutants.OfSignedMember(specimen, JwtPart.Claims, "exp", itsValueToo: false))),
        (1, Gen.OneOf(ByteMutants.OfBrokenJson(specimen, JwtPart.Header), ByteMutants.OfBrokenJson(specimen, JwtPart.Claims))),
        (6, Gen.OneOf(
            Wrong(specimen, JwtPart.Header, "alg", NotThis((string)right.Header["alg"]!)),
            Wrong(specimen, JwtPart.Header, "kid", NotThis((string)right.Header["kid"]!)),
            Wrong(specimen, JwtPart.Header, "typ", Gen.OneOf(NoString, Gen.String.Where(type => !MediaTypeName.Is(type, "at+jwt")).Select(Quoted))),
            Wrong(specimen, JwtPart.Header, "crit", Any),
            Wrong(specimen, JwtPart.Claims, "iss", NotThis((string)right.Claims["iss"]!)),
            Wrong(specimen, JwtPart.Claims, "aud", NotThis((string)right.Claims["aud"]!)),
            Wrong(specimen, JwtPart.Claims, "scope", Gen.String.Where(scope => !scope.Split(' ').Contains("read")).Select(Quoted)),
            Wrong(specimen, JwtPart.Claims, "client_id", Gen.OneOf("null", "\"\"", "1", "true", "{}", "[]", "[\"a\",\"b\"]")),
            Wrong(specimen, JwtPart.Claims, "exp", Gen.OneOf(NoNumber, Gen.Int[10, 100_000_000].Select(seconds => $"{now - seconds}"))),
            Wrong(specimen, JwtPart.Claims, "iat", NoNumber),
            Wrong(specimen, JwtPart.Claims, "nbf", Gen.OneOf(NoNumber, Gen.Int[11, 1_000_000_000].Select(seconds => $"{now + seconds}"))))),
        (2, Gen.OneOf(
            Missing(specimen, JwtPart.Header, "alg"),
            Missing(specimen, JwtPart.Header, "kid"),
            Missing(specimen, JwtPart.Header, "typ"),
            Missing(specimen, JwtPart.Claims, "iss"),
            Missing(specimen, JwtPart.Claims, "aud"),
            Missing(specimen, JwtPart.Claims, "scope"),
            Missing(specimen, JwtPart.Claims, "client_id"),
            Missing(specimen, JwtPart.Claims, "exp"))),
        (2, Gen.OneOf(Repeated(specimen, JwtPart.Header), Repeated(specimen, JwtPart.Claims))),
        (1, Gen.OneOf(
            Huge(specimen, JwtPart.Header),
            Huge(specimen, JwtPart.Claims),
            Deep(specimen, JwtPart.Header),
            Deep(specimen, JwtPart.Claims))));
}
