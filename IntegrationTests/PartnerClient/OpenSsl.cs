using B2BAssertions.IntegrationTests.Hosting;

namespace B2BAssertions.IntegrationTests.PartnerClientTests;

/// <summary>The openssl on the PATH, if there is one.</summary>
internal static class OpenSsl
{
    private const string Program = "openssl";

    public static bool IsPresent { get; } = ProgramRun.IsPresent(Program);

    public static Task<(int ExitCode, string Output)> RunAsync(params string[] arguments) => ProgramRun.StartAsync(Program, arguments);
}
