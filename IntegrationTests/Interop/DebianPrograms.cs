using B2BAssertions.IntegrationTests.Conventions;
using B2BAssertions.IntegrationTests.Hosting;

namespace B2BAssertions.IntegrationTests.Interop;

/// <summary>The partners in the folder <c>debian</c>, on what Debian packages: José's command line, and libraries of its own Python.</summary>
internal static class DebianPrograms
{
    public const string Jose = "jose";

    public const string Jwcrypto = "jwcrypto";

    public const string Authlib = "authlib";

    /// <summary>Debian's: another Python on the PATH, such as one of pyenv, does not see Debian's libraries.</summary>
    public const string Python = "/usr/bin/python3";

    public static string FileNamed(string script) => Path.Combine(Repository.Folder, "IntegrationTests", "Interop", "debian", script);

    public static void DemandJose()
    {
        Demanded.Program(Jose);
        Demanded.Program("bash");
        Demanded.Program("curl");
    }

    /// <param name="library">As <c>B2B_REQUIRE</c> names it.</param>
    /// <param name="module">What the partner imports.</param>
    public static async Task DemandAsync(string library, string module)
    {
        if (!File.Exists(Python))
        {
            Demanded.Refuse(library, Python, "it is not there.");
        }

        var import = await Tool.RunAsync(Python, Path.GetTempPath(), ["-I", "-c", $"import {module}"]);
        if (import.ExitCode != 0)
        {
            Demanded.Refuse(library, $"the Python module {module}", import.Errors.Trim().Split('\n')[^1]);
        }
    }
}
