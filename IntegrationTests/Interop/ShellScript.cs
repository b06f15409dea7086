using B2BAssertions.IntegrationTests.Conventions;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.IntegrationTests.Interop;

/// <summary>docs/examples/partner.sh as a partner runs it, with openssl and curl that take down what they are called with.</summary>
internal sealed class ShellScript
{
    private const string Wrapper = """
        #!/usr/bin/env bash
        printf '%s %s\n' "${0##*/}" "$*" >> "$TEST_ARGUMENTS"
        PATH=$TEST_PATH exec "${0##*/}" "$@"
        """;

    private static readonly string[] Programs = ["curl", "openssl"];

    private readonly string _folder;
    private readonly Dictionary<string, string> _environment;

    public ShellScript(PartnersView view)
    {
        _folder = view.Folder;
        var programs = Path.Combine(_folder, "programs");
        Directory.CreateDirectory(programs);
        foreach (var program in Programs)
        {
            var file = Path.Combine(programs, program);
            File.WriteAllText(file, Wrapper);
            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            }
        }

        var path = Environment.GetEnvironmentVariable("PATH")!;
        _environment = new()
        {
            ["PATH"] = $"{programs}{Path.PathSeparator}{path}",
            ["TEST_PATH"] = path,
            ["TEST_ARGUMENTS"] = FileNamed("arguments"),
            ["B2B_CLIENT_ID"] = SystemSettings.PartnerClientId,
            ["B2B_ISSUER"] = view.AuthorizationServer.Address,
            ["B2B_REGISTRY"] = view.JwksService.Address,
            ["B2B_ORDERS"] = view.OrdersApi.Address,
        };
    }

    /// <summary>Every call of openssl and curl so far, a line each: what <c>ps</c> shows to everybody on the machine.</summary>
    public string Arguments => File.ReadAllText(FileNamed("arguments"));

    public string KeyFile => FileNamed("partner-key.pem");

    public string PasswordFile => FileNamed("partner-key.password");

    public static void Demand()
    {
        foreach (var program in Programs.Append("bash"))
        {
            Demanded.Program(program);
        }
    }

    public string FileNamed(string name) => Path.Combine(_folder, name);

    public Task<ToolRun> RunAsync(params string[] arguments) => RunWithAsync([], arguments);

    public Task<ToolRun> RunWithAsync(Dictionary<string, string> changes, params string[] arguments) => Tool.RunAsync(
        "bash",
        _folder,
        [Path.Combine(Repository.Folder, "docs", "examples", "partner.sh"), .. arguments],
        environment: _environment.Concat(changes).GroupBy(variable => variable.Key).ToDictionary(group => group.Key, group => group.Last().Value));
}
