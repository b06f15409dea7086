using System.Text.Json.Nodes;

using CsCheck;

using static B2BAssertions.IntegrationTests.Fuzzing.MemberMutants;

namespace B2BAssertions.IntegrationTests.Fuzzing;

/// <summary>
/// Everything that can be done to a right JWT that its owner signed about itself, an assertion or a proof of possession, so that by some rule it
/// is none.
/// </summary>
internal static class SelfSignedMutants
{
    /// <param name="wrongTypes">JSON of every <c>typ</c> that it may not have.</param>
    /// <param name="own">What only this kind of JWT is refused for.</param>
    public static Gen<Mutant> Of(
        Specimen specimen, JsonObject header, JsonObject claims, long now, Gen<string> wrongTypes, params Gen<Mutant>[] own) => Gen.Frequency(
        (6, ByteMutants.OfText(specimen)),
        (4, Gen.OneOf(ByteMutants.OfUnsignedJson(specimen, JwtPart.Header), ByteMutants.OfUnsignedJson(specimen, JwtPart.Claims))),
        (4, Gen.OneOf(
            ByteMutants.OfSignedMember(specimen, JwtPart.Header, "alg", itsValueToo: true),
            ByteMutants.OfSignedMember(specimen, JwtPart.Claims, "iss", itsValueToo: true),
            ByteMutants.OfSignedMember(specimen, JwtPart.Claims, "sub", itsValueToo: true),
            ByteMutants.OfSignedMember(specimen, JwtPart.Claims, "aud", itsValueToo: true),
            ByteMutants.OfSignedMember(specimen, JwtPart.Claims, "exp", itsValueToo: false),
            ByteMutants.OfSignedMember(specimen, JwtPart.Claims, "jti", itsValueToo: false))),
        (1, Gen.OneOf(ByteMutants.OfBrokenJson(specimen, JwtPart.Header), ByteMutants.OfBrokenJson(specimen, JwtPart.Claims))),
        (6, Gen.OneOf(
            Wrong(specimen, JwtPart.Header, "alg", NotThis((string)header["alg"]!)),
            Wrong(specimen, JwtPart.Header, "kid", NotThis((string)header["kid"]!)),
            Wrong(specimen, JwtPart.Header, "typ", wrongTypes),
            Wrong(specimen, JwtPart.Header, "crit", Any),
            Wrong(specimen, JwtPart.Claims, "iss", NotThis((string)claims["iss"]!)),
            Wrong(specimen, JwtPart.Claims, "sub", NotThis((string)claims["sub"]!)),
            Wrong(specimen, JwtPart.Claims, "aud", NotThis((string)claims["aud"]!)),
            Wrong(specimen, JwtPart.Claims, "exp", Gen.OneOf(NoNumber, Outside(now - 10, now + 61))),
            Wrong(specimen, JwtPart.Claims, "iat", Gen.OneOf(NoNumber, Outside(now - 1, now + 11))),
            Wrong(specimen, JwtPart.Claims, "nbf", Gen.OneOf(NoNumber, Outside(-1, now + 11))),
            Wrong(specimen, JwtPart.Claims, "jti", Gen.OneOf(NoString, Gen.Int[256, 3000].Select(length => Quoted(new string('j', length))))))),
        (2, Gen.OneOf(
            Missing(specimen, JwtPart.Header, "alg"),
            Missing(specimen, JwtPart.Claims, "iss"),
            Missing(specimen, JwtPart.Claims, "sub"),
            Missing(specimen, JwtPart.Claims, "aud"),
            Missing(specimen, JwtPart.Claims, "exp"),
            Missing(specimen, JwtPart.Claims, "jti"))),
        (1, Gen.OneOf<Mutant>(own)),
        (2, Gen.OneOf(Repeated(specimen, JwtPart.Header), Repeated(specimen, JwtPart.Claims))),
        (1, Gen.OneOf(
            Huge(specimen, JwtPart.Header),
            Huge(specimen, JwtPart.Claims),
            Deep(specimen, JwtPart.Header),
            Deep(specimen, JwtPart.Claims))));
}
