using B2BAssertions.IntegrationTests.Conventions;
using B2BAssertions.IntegrationTests.Hosting;

namespace B2BAssertions.IntegrationTests.Interop;

/// <summary>The peers in the folder <c>node</c>. The tests fetch no packages: whoever runs them does, <c>.ci/run</c> among them.</summary>
internal static class NodeScripts
{
    public const string Node = "node";

    public static string Folder { get; } = Path.Combine(Repository.Folder, "IntegrationTests", "Interop", "node");

    public static bool AreReady => Tool.IsOnPath(Node) && HavePackages;

    private static bool HavePackages => Directory.Exists(Path.Combine(Folder, "node_modules"));

    public static void Demand()
    {
        Demanded.Program(Node);
        if (!HavePackages)
        {
            Demanded.Refuse(Node, "the packages of IntegrationTests/Interop/node", "run 'npm ci' in that folder.");
        }
    }
}
