using System.Reflection;
using System.Runtime.InteropServices;

namespace B2BAssertions.Standalone.Processes;

/// <summary>Where the build put a service's executable: ServiceExecutables.targets bakes it into this assembly.</summary>
internal static class ServiceExecutable
{
    /// <exception cref="StandaloneException">It is not there.</exception>
    public static string Find(string serviceName, string project)
    {
        var assembly = typeof(ServiceExecutable).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == $"Executable:{project}").Value!;
        var executable = Path.GetFullPath(
            Path.ChangeExtension(assembly, OperatingSystem.IsWindows() ? ".exe" : null),
            AppContext.BaseDirectory);
        return File.Exists(executable)
            ? executable
            : throw new StandaloneException(
                $"The executable of {serviceName} is missing ({executable}): build it with 'dotnet build Standalone' in the repository.");
    }

    /// <summary>
    /// An executable finds a runtime that is not installed system-wide by DOTNET_ROOT, which 'dotnet run' sets and
    /// 'dotnet Standalone.dll' does not.
    /// </summary>
    public static string RuntimeRoot { get; } = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
}
