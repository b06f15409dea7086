using B2BAssertions.IntegrationTests.Hosting;
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

    /// <summary>Row 34 of issue 14.</summary>
    [Fact]
    public void Row_34_a_key_larger_than_the_token_makes()
    {
        using var keys = new TokenKeys(_token.WithPin().Settings);

        var exception = Assert.Throws<TokenException>(() => keys.CreateIfMissing(Label, SigningAlgorithm.PS256, 1_000_000));

        Assert.Contains("RsaKeySize is 1000000", exception.Message, StringComparison.Ordinal);
        Assert.Contains("makes RSA keys of 512 to 16384 bits", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(CKR.CKR_ARGUMENTS_BAD, "x-init-reserved")]
    [InlineData(CKR.CKR_GENERAL_ERROR, "TPM2_PKCS11_STORE")]
    [InlineData(CKR.CKR_FUNCTION_FAILED, "resource manager")]
    public void Row_34_a_library_that_does_not_start_is_told_by_what_it_may_lack(CKR value, string expected)
    {
        var message = new TokenFaults(_token.Settings).LibraryUnusable(new Pkcs11Exception("C_Initialize", value)).Message;

        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.DoesNotContain("processor", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Row_34_PS256_in_a_token_of_a_TPM_names_the_tool_that_makes_a_fit_one() => Assert.Contains(
        "tpm2_ptool addtoken",
        new TokenFaults(_token.Settings).MechanismUnsupported(nameof(CKM.CKM_RSA_PKCS_PSS), "PS256").Message,
        StringComparison.Ordinal);

    /// <summary>The right PIN, in a file that looks like the one that was refused, shows that nobody asks the token.</summary>
    [Fact]
    public void Row_33_a_PIN_file_that_was_refused_is_not_tried_at_the_next_start()
    {
        using var directory = new TemporaryDirectory();
        var settings = _token.WithPin().Settings with { RefusedPinMark = directory.FileNamed("pin.refused") };
        _token.WritePin("a-wrong-pin");
        AssertFails(settings, "refuses the PIN");
        var written = File.GetLastWriteTimeUtc(_token.PinFile);

        _token.WritePin(SoftHsmToken.Pin);
        File.SetLastWriteTimeUtc(_token.PinFile, written);
        AssertFails(settings, "at an earlier start, and the file is the same");

        File.SetLastWriteTimeUtc(_token.PinFile, written.AddSeconds(1));
        using var keys = new TokenKeys(settings);
        Assert.False(keys.Exists(Label));
        Assert.False(File.Exists(settings.RefusedPinMark));
    }

    [Fact]
    public void Row_33_the_lockout_of_a_TPM_is_told() => Assert.Contains(
        "tpm2_dictionarylockout", new TokenFaults(_token.Settings).PinLocked().Message, StringComparison.Ordinal);

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
