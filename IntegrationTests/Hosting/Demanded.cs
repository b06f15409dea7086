using System.Diagnostics.CodeAnalysis;

using Xunit;

namespace B2BAssertions.IntegrationTests.Hosting;

/// <summary>Tests that need something the machine may lack are skipped there, and say so; where it is demanded they fail.</summary>
internal static class Demanded
{
    /// <summary>What a run must not skip, separated by commas; <c>.ci/run</c> demands all there is.</summary>
    private const string RequireVariable = "B2B_REQUIRE";

    /// <summary>That a program is on the PATH; its name is what the variable calls it.</summary>
    public static void Program(string name)
    {
        if (!Tool.IsOnPath(name))
        {
            Refuse(name, name, "it is not on the PATH.");
        }
    }

    /// <param name="name">As <c>B2B_REQUIRE</c> names it.</param>
    /// <param name="what">What is needed, for people.</param>
    [DoesNotReturn]
    public static void Refuse(string name, string what, string reason)
    {
        var required = Environment.GetEnvironmentVariable(RequireVariable)?.Split(',', StringSplitOptions.TrimEntries) ?? [];
        Assert.SkipUnless(required.Contains(name), $"Needs {what}: {reason}");
        Assert.Fail($"{RequireVariable} demands {what}: {reason}");
    }
}
