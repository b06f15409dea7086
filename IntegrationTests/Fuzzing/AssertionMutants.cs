using B2BAssertions.IntegrationTests.AuthorizationServerTests;
using B2BAssertions.Jose;

using CsCheck;

using static B2BAssertions.IntegrationTests.Fuzzing.MemberMutants;

namespace B2BAssertions.IntegrationTests.Fuzzing;

/// <summary>Everything that can be done to a right assertion so that by some rule it is none.</summary>
internal static class AssertionMutants
{
    private static readonly string[] Types = ["JWT", "client-authentication+jwt"];

    public static Gen<Mutant> Of(Specimen specimen, AssertionMaker maker, long now) => SelfSignedMutants.Of(
        specimen,
        maker.Header(),
        maker.Claims(),
        now,
        Gen.OneOf(NoString, Gen.String.Where(IsNoType).Select(Quoted)),
        Missing(specimen, JwtPart.Header, "kid"),
        ByteMutants.OfSignedMember(specimen, JwtPart.Header, "kid", itsValueToo: true));

    private static bool IsNoType(string type) => !Types.Any(right => MediaTypeName.Is(type, right));
}
