using B2BAssertions.IntegrationTests.Conventions;

using Xunit;

namespace B2BAssertions.IntegrationTests.Hosting;

/// <summary>What outsiders see, kept as a file beside the test: a change of it is then seen in review, and never by accident.</summary>
internal static class Snapshot
{
    /// <summary>Set to 1, a run writes the files anew, and fails, so that nobody takes it for a run that compared them.</summary>
    private const string UpdateVariable = "B2B_UPDATE_SNAPSHOTS";

    /// <param name="name">The file, from the repository's folder on.</param>
    public static async Task AssertMatchesAsync(string name, string text)
    {
        var file = Path.Combine(Repository.Folder, name);
        var actual = $"{text.ReplaceLineEndings("\n").TrimEnd('\n')}\n";
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
        {
            await File.WriteAllTextAsync(file, actual, TestContext.Current.CancellationToken);
            Assert.Fail($"{name} was written, not compared, as {UpdateVariable} asks for. Look at what changed in it, then run without.");
        }

        Assert.True(File.Exists(file), $"{name} is missing. Run once with {UpdateVariable}=1 to have it written.");
        var expected = (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).ReplaceLineEndings("\n");
        Assert.True(
            expected == actual,
            $"{name} is not what the service shows. Where that is intended, run once with {UpdateVariable}=1. {FirstDifference(expected, actual)}");
    }

    private static string FirstDifference(string expected, string actual)
    {
        var wanted = expected.Split('\n');
        var found = actual.Split('\n');
        var line = wanted.Zip(found).TakeWhile(pair => pair.First == pair.Second).Count();
        return $"First in line {line + 1}: expected '{wanted.ElementAtOrDefault(line)}', found '{found.ElementAtOrDefault(line)}'.";
    }
}
