using System.Diagnostics.CodeAnalysis;

using Xunit;

namespace B2BAssertions.IntegrationTests.Hosting.Databases;

/// <summary>Tests that need a Docker engine are skipped where there is none, and say so; where it is demanded they fail.</summary>
internal static class DockerGate
{
    /// <summary>What a run must not skip, separated by commas; <c>.ci/run</c> demands <c>docker</c>.</summary>
    private const string RequireVariable = "B2B_REQUIRE";

    [DoesNotReturn]
    public static void Refuse(string reason)
    {
        var required = Environment.GetEnvironmentVariable(RequireVariable)?.Split(',', StringSplitOptions.TrimEntries) ?? [];
        Assert.SkipUnless(required.Contains("docker"), $"Needs a Docker engine: {reason}");
        Assert.Fail($"{RequireVariable} demands a Docker engine: {reason}");
    }
}
