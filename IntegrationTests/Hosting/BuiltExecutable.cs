using System.Reflection;
using System.Runtime.InteropServices;

namespace B2BAssertions.IntegrationTests.Hosting;

/// <summary>Where the build put the executable of a project: Standalone/ServiceExecutables.targets bakes it into this assembly.</summary>
internal static class BuiltExecutable
{
    /// <summary>
    /// Where this run's runtime is. An executable finds a runtime that is not installed system-wide by DOTNET_ROOT, which not every way to
    /// start the tests sets.
    /// </summary>
    public static string RuntimeRoot { get; } = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    public static string Of(string project) => Path.GetFullPath(
        Path.ChangeExtension(
            typeof(BuiltExecutable).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
                .Single(attribute => attribute.Key == $"Executable:{project}").Value!,
            OperatingSystem.IsWindows() ? ".exe" : null),
        AppContext.BaseDirectory);
}
