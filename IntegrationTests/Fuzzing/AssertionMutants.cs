using B2BAssertions.IntegrationTests.AuthorizationServerTests;

using CsCheck;

using static B2BAssertions.IntegrationTests.Fuzzing.MemberMutants;

namespace B2BAssertions.IntegrationTests.Fuzzing;

/// <summary>Everything that can be done to a right assertion so that by some rule it is none.</summary>
internal static class AssertionMutants
{
    private static readonly string[] Types = ["JWT", "client-authentication+jwt"];

    public static Gen<Mutant> Of(Specimen specimen, AssertionMaker maker, long now)
    {
        var header = maker.Header();
        var claims = maker.Claims();
        return Of(specimen, (string)header["alg"]!, (string)header["kid"]!, (string)claims["iss"]!, (string)claims["aud"]!, now);
    }

    private static Gen<Mutant> Of(Specimen specimen, string alg, string kid, string clientId, string issuer, long now) => Gen.Frequency(
        (6, ByteMutants.OfText(specimen)),
        (4, Gen.OneOf(ByteMutants.OfUnsignedJson(specimen, JwtPart.Header), ByteMutants.OfUnsignedJson(specimen, JwtPart.Claims))),
        (4, Gen.OneOf(
            ByteMutants.OfSignedMember(specimen, JwtPart.Header, "alg", itsValueToo: true),
            ByteMutants.OfSignedMember(specimen, JwtPart.Header, "kid", itsValueToo: true),
            ByteMutants.OfSignedMember(specimen, JwtPart.Claims, "iss", itsValueToo: true),
            ByteMutants.OfSignedMember(specimen, JwtPart.Claims, "sub", itsValueToo: true),
            ByteMutants.OfSignedMember(specimen, JwtPart.Claims, "aud", itsValueToo: true),
            ByteMutants.OfSignedMember(specimen, JwtPart.Claims, "exp", itsValueToo: false),
            ByteMutants.OfSignedMember(specimen, JwtPart.Claims, "jti", itsValueToo: false))),
        (1, Gen.OneOf(ByteMutants.OfBrokenJson(specimen, JwtPart.Header), ByteMutants.OfBrokenJson(specimen, JwtPart.Claims))),
        (6, Gen.OneOf(
            Wrong(specimen, JwtPart.Header, "alg", NotThis(alg)),
            Wrong(specimen, JwtPart.Header, "kid", NotThis(kid)),
            Wrong(specimen, JwtPart.Header, "typ", Gen.OneOf(NoString, Gen.String.Where(IsNoType).Select(Quoted))),
            Wrong(specimen, JwtPart.Header, "crit", Any),
            Wrong(specimen, JwtPart.Claims, "iss", NotThis(clientId)),
            Wrong(specimen, JwtPart.Claims, "sub", NotThis(clientId)),
            Wrong(specimen, JwtPart.Claims, "aud", NotThis(issuer)),
            Wrong(specimen, JwtPart.Claims, "exp", Gen.OneOf(NoNumber, Outside(now - 10, now + 61))),
            Wrong(specimen, JwtPart.Claims, "iat", Gen.OneOf(NoNumber, Outside(now - 1, now + 11))),
            Wrong(specimen, JwtPart.Claims, "nbf", Gen.OneOf(NoNumber, Outside(-1, now + 11))),
            Wrong(specimen, JwtPart.Claims, "jti", Gen.OneOf(NoString, Gen.Int[256, 3000].Select(length => Quoted(new string('j', length))))))),
        (2, Gen.OneOf(
            Missing(specimen, JwtPart.Header, "alg"),
            Missing(specimen, JwtPart.Header, "kid"),
            Missing(specimen, JwtPart.Claims, "iss"),
            Missing(specimen, JwtPart.Claims, "sub"),
            Missing(specimen, JwtPart.Claims, "aud"),
            Missing(specimen, JwtPart.Claims, "exp"),
            Missing(specimen, JwtPart.Claims, "jti"))),
        (2, Gen.OneOf(Repeated(specimen, JwtPart.Header), Repeated(specimen, JwtPart.Claims))),
        (1, Gen.OneOf(
            Huge(specimen, JwtPart.Header),
            Huge(specimen, JwtPart.Claims),
            Deep(specimen, JwtPart.Header),
            Deep(specimen, JwtPart.Claims))));

    private static bool IsNoType(string type) => !Types.Contains(type, StringComparer.OrdinalIgnoreCase);

    /// <summary>Seconds at or before the first, or at or after the second.</summary>
    private static Gen<string> Outside(long before, long after) => Gen.OneOf(
        Gen.Long[long.MinValue, before].Select(value => $"{value}"),
        Gen.Long[after, long.MaxValue].Select(value => $"{value}"),
        Gen.Int[0, 1000].Select(seconds => $"{before - seconds}"),
        Gen.Int[0, 1000].Select(seconds => $"{after + seconds}"),
        Gen.Int[13, 320].Select(power => $"1e{power}"));
}
