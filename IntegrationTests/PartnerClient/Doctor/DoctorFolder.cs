using B2BAssertions.IntegrationTests.Hosting;

namespace B2BAssertions.IntegrationTests.PartnerClientTests.Doctor;

/// <summary>A client's data directory with a key file in it.</summary>
internal sealed class DoctorFolder : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    /// <param name="pem">Null for no key file.</param>
    public DoctorFolder(string? pem)
    {
        if (pem is not null)
        {
            KeyFileMaker.Write(KeyFile, pem);
        }
    }

    public string Path => _directory.Path;

    public string KeyFile => _directory.FileNamed("partner-key.pem");

    /// <summary>Every file with its content: what is the same before and after was not written.</summary>
    public string Snapshot() => string.Join(
        '\n',
        Directory.GetFiles(Path, "*", SearchOption.AllDirectories).Order().Select(file => $"{file}: {File.ReadAllText(file)}"));

    public void Dispose() => _directory.Dispose();
}
