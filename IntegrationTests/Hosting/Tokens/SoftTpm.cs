using System.Diagnostics;

namespace B2BAssertions.IntegrationTests.Hosting.Tokens;

/// <summary>
/// A TPM 2.0 in software (Debian: swtpm) of the calling test's own, with a resource manager (tpm2-abrmd) on a message bus of its own and one
/// token of tpm2-pkcs11. That module is led by the environment, so the processes that use it are started with <see cref="Environment"/>.
/// </summary>
internal sealed class SoftTpm : IAsyncDisposable
{
    public const string Pin = "pin-of-the-tests-4711";
    public const string Label = "partner";

    private static readonly string[] Places =
    [
        "/usr/lib/x86_64-linux-gnu/libtpm2_pkcs11.so.1",
        "/usr/lib/aarch64-linux-gnu/libtpm2_pkcs11.so.1",
        "/usr/lib64/pkcs11/libtpm2_pkcs11.so",
    ];

    private static readonly string[] Programs = ["swtpm", "dbus-daemon", "tpm2-abrmd", "tpm2_ptool", "tpm2_getcap", "tpm2_dictionarylockout"];

    private readonly TemporaryDirectory _directory = new();
    private readonly List<Process> _processes = [];

    private SoftTpm(string library)
    {
        var bus = $"unix:path={_directory.FileNamed("bus")}";
        Environment = new Dictionary<string, string>
        {
            ["DBUS_SESSION_BUS_ADDRESS"] = bus,
            ["TPM2TOOLS_TCTI"] = "tabrmd:bus_type=session",
            ["TPM2_PKCS11_TCTI"] = "tabrmd:bus_type=session",
            ["TPM2_PKCS11_STORE"] = Directory.CreateDirectory(_directory.FileNamed("store")).FullName,
        };
        Settings = new Dictionary<string, string>(Environment)
        {
            ["PartnerClient:KeyStore"] = "pkcs11",
            ["PartnerClient:Pkcs11:Library"] = library,
            ["PartnerClient:Pkcs11:TokenLabel"] = Label,
            ["PartnerClient:Pkcs11:PinFile"] = PinFile,
        };
        WritePin(Pin);
    }

    /// <summary>What leads the module, and the tools, to this TPM.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>The environment, and the settings of a partner with its key in the token.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; }

    private string PinFile => _directory.FileNamed("pin");

    private string Socket => _directory.FileNamed("tpm.sock");

    public static async Task<SoftTpm> StartAsync()
    {
        if (Places.FirstOrDefault(File.Exists) is not { } library)
        {
            Demanded.Refuse("tpm", "tpm2-pkcs11", $"no library at {string.Join(", ", Places)}");
            return null;
        }

        foreach (var program in Programs.Where(program => !Tool.IsOnPath(program)))
        {
            Demanded.Refuse("tpm", program, "it is not on the PATH.");
        }

        var tpm = new SoftTpm(library);
        try
        {
            await tpm.PrepareAsync();
            return tpm;
        }
        catch
        {
            await tpm.DisposeAsync();
            throw;
        }
    }

    /// <summary>The file is a new one each time, also when two are written within one tick of the file system's clock.</summary>
    public void WritePin(string pin)
    {
        var before = File.Exists(PinFile) ? File.GetLastWriteTimeUtc(PinFile) : DateTime.MinValue;
        File.WriteAllText(PinFile, $"{pin}\n");
        if (File.GetLastWriteTimeUtc(PinFile) == before)
        {
            File.SetLastWriteTimeUtc(PinFile, before.AddSeconds(1));
        }
    }

    /// <summary>One of the TPM's tools.</summary>
    public Task<ToolRun> RunAsync(string tool, params string[] arguments) =>
        Tool.RunAsync(tool, _directory.Path, arguments, environment: Environment);

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Enumerable.Reverse(_processes))
        {
            if (!process.HasExited)
            {
                process.Kill();
                await process.WaitForExitAsync();
            }

            process.Dispose();
        }

        _directory.Dispose();
    }

    private async Task PrepareAsync()
    {
        var state = Directory.CreateDirectory(_directory.FileNamed("state")).FullName;
        Start(
            "swtpm",
            "socket", "--tpm2", "--tpmstate", $"dir={state}", "--server", $"type=unixio,path={Socket}", "--ctrl", $"type=unixio,path={Socket}.ctrl",
            "--flags", "not-need-init,startup-clear");
        Start("dbus-daemon", "--session", "--nofork", "--nopidfile", $"--address={Environment["DBUS_SESSION_BUS_ADDRESS"]}");
        await WaitFor.StateAsync("a TPM and a message bus", () => File.Exists($"{Socket}.ctrl") && File.Exists(_directory.FileNamed("bus")) ? "" : null);
        Start("tpm2-abrmd", "--session", "--allow-root", $"--tcti=swtpm:path={Socket}");
        await WaitFor.StateAsync("a resource manager", async () => (await RunAsync("tpm2_getcap", "properties-fixed")).ExitCode == 0 ? "" : null);

        (await RunAsync("tpm2_ptool", "init")).Succeeded();
        (await RunAsync("tpm2_ptool", "addtoken", "--pid=1", $"--label={Label}", "--sopin=officers-pin-0815", $"--userpin={Pin}")).Succeeded();
    }

    private void Start(string program, params string[] arguments)
    {
        var process = Tool.Start(program, _directory.Path, arguments, Environment);
        _processes.Add(process);

        // A full pipe would stop it.
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }
}
