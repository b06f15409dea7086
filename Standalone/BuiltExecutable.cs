using System.Reflection;
using System.Runtime.InteropServices;

namespace B2BAssertions;

/// <summary>Where the build put the executable of a project. ServiceExecutables.targets bakes it into each assembly that it compiles this into.</summary>
internal static class BuiltExecutable
{
    /// <summary>
    /// Where this program's runtime is. An executable finds a runtime that is not installed system-wide by DOTNET_ROOT, which 'dotnet run' sets
    /// and 'dotnet PROGRAM.dll' does not.
    /// </summary>
    public static string RuntimeRoot { get; } = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    /// <returns>Its path, whether it is still there or not.</returns>
    public static string Of(string project) => Path.GetFullPath(
        Path.ChangeExtension(
            typeof(BuiltExecutable).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
                .Single(attribute => attribute.Key == $"Executable:{project}").Value!,
            OperatingSystem.IsWindows() ? ".exe" : null),
        AppContext.BaseDirectory);
}
