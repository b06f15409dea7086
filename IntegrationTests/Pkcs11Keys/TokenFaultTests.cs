using B2BAssertions.IntegrationTests.Hosting.Tokens;
using B2BAssertions.Jose;
using B2BAssertions.Pkcs11Keys;

using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

using Xunit;

namespace B2BAssertions.IntegrationTests.Pkcs11KeysTests;

/// <summary>What can be wrong with a token is told with the setting to look at, and no PIN is.</summary>
[Trait("Rule", "PC-03")]
public sealed class TokenFaultTests
{
    private const string Label = "partner-key";

    private readonly SoftHsmToken _token = SoftHsm.NewToken();

    [Fact]
    public void A_library_that_is_missing() =>
        AssertFails(_token.Settings with { Library = "/nowhere/pkcs11.so" }, "Some:Section:Library", "/nowhere/pkcs11.so", "Install");

    [Fact]
    public void A_file_that_is_no_library() =>
        AssertFails(_token.Settings with { Library = _token.PinFile }, "Some:Section:Library", "cannot be used as a PKCS#11 library");

    [Fact]
    public void A_token_that_is_absent_is_told_with_those_that_are_there() =>
        AssertFails(_token.Settings with { TokenLabel = "another" }, "Some:Section:TokenLabel", "'another' is not there", _token.Label);

    [Fact]
    public void A_token_without_a_PIN() => AssertFails(_token.Settings, "Some:Section:TokenLabel", "no user PIN");

    [Fact]
    public void A_PIN_file_that_is_missing()
    {
        File.Delete(_token.WithPin().PinFile);

        AssertFails(_token.Settings, "Some:Section:PinFile", _token.PinFile, "cannot be read");
    }

    [Fact]
    public void A_PIN_file_that_is_empty()
    {
        _token.WithPin().WritePin("");

        AssertFails(_token.Settings, "Some:Section:PinFile", "is empty");
    }

    /// <summary>The second look has the right PIN, and still nobody asks the token: only a new start does.</summary>
    [Fact]
    public void A_wrong_PIN_is_tried_once_and_never_again()
    {
        _token.WithPin().WritePin("a-wrong-pin");
        using (var keys = new TokenKeys(_token.Settings))
        {
            var exception = Assert.Throws<TokenException>(() => keys.Exists(Label));
            Assert.Contains("Some:Section:PinFile", exception.Message, StringComparison.Ordinal);
            Assert.Contains("not tried again", exception.Message, StringComparison.Ordinal);
            Assert.Contains("locks itself", exception.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("a-wrong-pin", exception.ToString(), StringComparison.Ordinal);

            _token.WritePin(SoftHsmToken.Pin);
            Assert.Throws<TokenException>(() => keys.Exists(Label));
        }

        using var started = new TokenKeys(_token.Settings);
        Assert.False(started.Exists(Label));
    }

    /// <summary>A platform that starts the service again and again with a wrong PIN stops before the token locks itself.</summary>
    [Theory]
    [InlineData(CKF.CKF_USER_PIN_INITIALIZED | CKF.CKF_USER_PIN_FINAL_TRY, "with the next wrong PIN")]
    [InlineData(CKF.CKF_USER_PIN_INITIALIZED | CKF.CKF_USER_PIN_LOCKED, "is locked")]
    [InlineData(0u, "no user PIN")]
    [InlineData(CKF.CKF_USER_PIN_INITIALIZED | CKF.CKF_USER_PIN_COUNT_LOW, null)]
    [InlineData(CKF.CKF_USER_PIN_INITIALIZED, null)]
    public void The_PIN_is_not_tried_when_the_token_says_that_a_wrong_one_would_lock_it(uint flags, string? expected)
    {
        var refusal = new TokenLogin(_token.Settings, new TokenFaults(_token.Settings)).Refusal(flags);

        Assert.Equal(expected is null, refusal is null);
        Assert.Contains(expected ?? "", refusal?.Message ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void A_key_that_is_absent()
    {
        _token.WithPin();

        AssertFails(_token.Settings, keys => keys.Open(Label, SigningAlgorithm.ES256), "no private key labelled 'partner-key'", _token.Label);
    }

    [Fact]
    public void Two_keys_with_one_label()
    {
        AddKey(extractable: false);
        AddKey(extractable: false);

        AssertFails(_token.Settings, keys => keys.Open(Label, SigningAlgorithm.ES256), "2 private keys", "Relabel");
    }

    [Fact]
    public void A_key_that_could_be_exported_is_not_used()
    {
        AddKey(extractable: true);

        AssertFails(_token.Settings, keys => keys.Open(Label, SigningAlgorithm.ES256), "can be taken out of the token");
    }

    [Fact]
    public void A_key_of_another_kind()
    {
        AddKey(extractable: false);

        AssertFails(_token.Settings, keys => keys.Open(Label, SigningAlgorithm.PS256), "of another kind than PS256 needs");
    }

    [Fact]
    public void A_key_on_another_curve()
    {
        AddKey(extractable: false, curve: "1.3.132.0.34");

        AssertFails(_token.Settings, keys => keys.Open(Label, SigningAlgorithm.ES256), "another curve than P-256");
    }

    [Fact]
    public void A_key_without_its_public_half()
    {
        AddKey(extractable: false);
        _token.As(session =>
        {
            session.DestroyObject(Assert.Single(session.FindAllObjects(
                [TokenLibrary.Factories.ObjectAttributeFactory.Create(CKA.CKA_CLASS, CKO.CKO_PUBLIC_KEY)])));
            return 0;
        });

        AssertFails(_token.Settings, keys => keys.Open(Label, SigningAlgorithm.ES256), "no public half");
    }

    [Fact]
    public void A_mechanism_that_the_token_does_not_offer()
    {
        var faults = new TokenFaults(_token.Settings);
        using var sessions = new TokenSessions(_token.Settings, faults);

        Assert.True(sessions.Offers(CKM.CKM_RSA_PKCS_PSS, flags => flags.Sign));
        Assert.False(sessions.Offers(CKM.CKM_RSA_PKCS_PSS, flags => flags.GenerateKeyPair));
        Assert.False(sessions.Offers(CKM.CKM_SKIPJACK_KEY_GEN, flags => flags.Generate));
        Assert.Contains("does not offer", faults.MechanismUnsupported("CKM_RSA_PKCS_PSS", "PS256").Message, StringComparison.Ordinal);
    }

    private static void AssertFails(TokenSettings settings, params string[] parts) =>
        AssertFails(settings, keys => keys.Exists(Label), parts);

    private static void AssertFails(TokenSettings settings, Func<TokenKeys, object> use, params string[] parts)
    {
        using var keys = new TokenKeys(settings);

        var exception = Assert.Throws<TokenException>(() => use(keys));

        Assert.All(parts, part => Assert.Contains(part, exception.Message, StringComparison.Ordinal));
        Assert.StartsWith("Some:Section", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(SoftHsmToken.Pin, exception.ToString(), StringComparison.Ordinal);
    }

    /// <summary>As another program could have made it.</summary>
    private void AddKey(bool extractable, string curve = "1.2.840.10045.3.1.7")
    {
        _token.WithPin().As(session =>
        {
            var attributes = TokenLibrary.Factories.ObjectAttributeFactory;
            List<IObjectAttribute> common =
                [attributes.Create(CKA.CKA_TOKEN, true), attributes.Create(CKA.CKA_LABEL, Label), attributes.Create(CKA.CKA_ID, [1])];
            session.GenerateKeyPair(
                TokenLibrary.Factories.MechanismFactory.Create(CKM.CKM_EC_KEY_PAIR_GEN),
                [.. common, attributes.Create(CKA.CKA_EC_PARAMS, Oid(curve)), attributes.Create(CKA.CKA_VERIFY, true)],
                [
                    .. common, attributes.Create(CKA.CKA_SIGN, true), attributes.Create(CKA.CKA_PRIVATE, true),
                    attributes.Create(CKA.CKA_SENSITIVE, !extractable), attributes.Create(CKA.CKA_EXTRACTABLE, extractable),
                ],
                out _,
                out _);
            return 0;
        });
    }

    private static byte[] Oid(string value)
    {
        var writer = new System.Formats.Asn1.AsnWriter(System.Formats.Asn1.AsnEncodingRules.DER);
        writer.WriteObjectIdentifier(value);
        return writer.Encode();
    }
}
