using System.Reflection;

using B2BAssertions.IntegrationTests.Hosting.Tokens;
using B2BAssertions.Pkcs11Keys;

using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

using Xunit;

namespace B2BAssertions.IntegrationTests.Pkcs11KeysTests;

/// <summary>A reader may hold cards of others beside the token.</summary>
[Trait("Rule", "PC-03")]
public sealed class TokenSlotTests
{
    private readonly SoftHsmToken _token = SoftHsm.NewToken();

    private TokenSlots Slots => new(_token.Settings, new TokenFaults(_token.Settings));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_card_that_does_not_answer_does_not_hide_the_token(bool isFirst)
    {
        ISlot[] slots = isFirst ? [BrokenSlot.New(), _token.Slot] : [_token.Slot, BrokenSlot.New()];

        Assert.Equal(_token.Slot.SlotId, Slots.Find(slots).SlotId);
    }

    /// <summary>It may be the token itself that does not answer, so "it is not there" would be a guess.</summary>
    [Fact]
    public void Without_the_token_a_card_that_does_not_answer_is_told()
    {
        var exception = Assert.Throws<Pkcs11Exception>(() => Slots.Find([BrokenSlot.New()]));

        Assert.Equal(CKR.CKR_TOKEN_NOT_RECOGNIZED, exception.RV);
    }

    [Fact]
    public void Two_tokens_with_the_label_are_not_chosen_between() =>
        Assert.Contains("Some:Section:TokenLabel", Assert.Throws<TokenException>(
            () => Slots.Find([_token.Slot, BrokenSlot.New(), _token.Slot])).Message, StringComparison.Ordinal);

    /// <summary>SoftHSM has none, so this slot is made up.</summary>
    private class BrokenSlot : DispatchProxy
    {
        public static ISlot New() => Create<ISlot, BrokenSlot>();

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
            throw new Pkcs11Exception("C_GetTokenInfo", CKR.CKR_TOKEN_NOT_RECOGNIZED);
    }
}
