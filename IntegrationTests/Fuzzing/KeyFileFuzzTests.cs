using System.Security.Cryptography;

using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.KeyFilesTests;
using B2BAssertions.IntegrationTests.PartnerClientTests;
using B2BAssertions.Jose;
using B2BAssertions.KeyFiles;

using CsCheck;

using Xunit;

namespace B2BAssertions.IntegrationTests.Fuzzing;

/// <summary>Key files, mutated in any byte: each is read, or refused in one sentence, by <c>keys import</c> and as <c>KeyFile</c> alike.</summary>
[Trait("Rule", "PC-03")]
public sealed class KeyFileFuzzTests : IDisposable
{
    private const int LongestSentence = 500;

    private static readonly byte[] Content = [1, 2, 3];

    private readonly KeyFileSpecimens _specimens = new();
    private readonly TemporaryDirectory _directory = new();
    private int _files;

    public void Dispose()
    {
        _specimens.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task No_mutant_of_a_key_file_ends_in_a_stack_trace_or_in_a_key_that_does_not_sign() =>
        await _specimens.Mutants().SampleAsync(
            mutant => Task.FromResult($"{mutant.Kind}: {Import(mutant)}, {Open(mutant)}"),
            writeLine: TestContext.Current.TestOutputHelper!.WriteLine,
            iter: FuzzRun.Size);

    private static string Import(KeyFileMutant mutant)
    {
        try
        {
            using var imported = KeyImport.Read(mutant.Content, new KnownPassword(KeyFileMaker.Password));
            AssertSigns(imported.Key);
            return "imported";
        }
        catch (KeyFormatException exception)
        {
            AssertIsSentence(exception.Message, mutant);
            return "refused";
        }
    }

    private string Open(KeyFileMutant mutant)
    {
        var file = _directory.FileNamed($"{Interlocked.Increment(ref _files)}.pem");
        OwnerOnlyFile.Replace(file, mutant.Content);
        try
        {
            using var key = new PrivateKeyFile(file, "test", new KnownPassword(KeyFileMaker.Password)).Open();
            Assert.Equal(3, key.CreateJwt("JWT", "some", "some", TimeSpan.FromSeconds(60), TimeProvider.System).Split('.').Length);
            return "opened";
        }
        catch (StartupException exception)
        {
            AssertIsSentence(exception.Message, mutant);
            return "refused";
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static void AssertSigns(AsymmetricAlgorithm key) => Assert.True(key is RSA rsa
        ? rsa.VerifyData(Content, rsa.SignData(Content, HashAlgorithmName.SHA256, RSASignaturePadding.Pss), HashAlgorithmName.SHA256, RSASignaturePadding.Pss)
        : ((ECDsa)key).VerifyData(Content, ((ECDsa)key).SignData(Content, HashAlgorithmName.SHA256), HashAlgorithmName.SHA256));

    /// <summary>One line for people, which holds no secret, and blames no password where none is asked for.</summary>
    private static void AssertIsSentence(string message, KeyFileMutant mutant)
    {
        Assert.InRange(message.Length, 10, LongestSentence);
        Assert.True(PlainText.Is(message), message);
        Assert.DoesNotContain("(Parameter", message, StringComparison.Ordinal);
        Assert.DoesNotContain(KeyFileMaker.Password, message, StringComparison.Ordinal);
        if (!mutant.Kind.Contains("encrypt", StringComparison.Ordinal) && !mutant.Kind.StartsWith("PKCS#12", StringComparison.Ordinal))
        {
            Assert.DoesNotContain("password is wrong", message, StringComparison.Ordinal);
        }
    }
}
