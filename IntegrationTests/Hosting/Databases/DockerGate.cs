using System.Diagnostics.CodeAnalysis;

namespace B2BAssertions.IntegrationTests.Hosting.Databases;

/// <summary>Tests that need a Docker engine are skipped where there is none, and say so; where it is demanded they fail.</summary>
internal static class DockerGate
{
    [DoesNotReturn]
    public static void Refuse(string reason) => Demanded.Refuse("docker", "a Docker engine", reason);
}
