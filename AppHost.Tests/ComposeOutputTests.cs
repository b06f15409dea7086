using System.Text.RegularExpressions;

using B2BAssertions.AppHost.Curity.Configuration;
using B2BAssertions.ServiceDefaults;

using Xunit;

namespace B2BAssertions.AppHost.Tests;

/// <summary>What publishing writes is what deploy/compose holds: a change of it is seen in review.</summary>
public sealed partial class ComposeOutputTests
{
    private const string FileName = "docker-compose.yaml";

    /// <summary>Those of deploy/compose.</summary>
    private static readonly string[] Addresses =
    [
        "--Addresses:AuthorizationServer=https://login.b2b.example",
        "--Addresses:JwksService=https://keys.b2b.example",
        "--Addresses:OrdersApi=https://orders.b2b.example",
    ];

    /// <summary>Set to 1, a run writes the snapshot anew, and fails, so that nobody takes it for a run that compared.</summary>
    private const string UpdateVariable = "B2B_UPDATE_SNAPSHOTS";

    [Fact]
    public async Task The_compose_file_is_the_one_that_was_reviewed()
    {
        var folder = Directory.CreateTempSubdirectory("b2bassertions-compose");
        try
        {
            var actual = await PublishAsync(folder.FullName, Addresses);
            var snapshot = Path.Combine(ComposeFolder(), FileName);
            if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
            {
                await File.WriteAllTextAsync(snapshot, actual, TestContext.Current.CancellationToken);
                Assert.Fail($"{snapshot} was written, not compared, as {UpdateVariable} asks for.");
            }

            Assert.Equal(await File.ReadAllTextAsync(snapshot, TestContext.Current.CancellationToken), actual, ignoreLineEndingDifferences: true);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task No_secret_and_no_folder_of_this_machine_is_published()
    {
        var folder = Directory.CreateTempSubdirectory("b2bassertions-compose");
        try
        {
            var compose = await PublishAsync(folder.FullName);

            Assert.Contains("./secrets/enrolment-token", compose);
            Assert.DoesNotContain("Password", compose);
            Assert.DoesNotContain(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), compose);
            Assert.DoesNotContain("registry-operator.pem", compose);
            Assert.Empty(Passwords().Matches(compose));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task With_curity_every_variable_of_its_configuration_is_published()
    {
        var folder = Directory.CreateTempSubdirectory("b2bassertions-compose");
        try
        {
            var compose = await PublishAsync(folder.FullName, "--AuthorizationServer=curity");

            Assert.All(CurityVariables.All, variable => Assert.Contains($" {variable}: \"", compose));
            Assert.Contains("${CURITY_LICENSE_KEY}", compose);
            Assert.DoesNotContain($"{ServiceNames.AuthorizationServer}:", compose);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> PublishAsync(string folder, params string[] settings)
    {
        string[] arguments = ["--operation", "publish", "--step", "publish", "--output-path", folder, .. settings];
        await using var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(arguments, TestContext.Current.CancellationToken);
        await using var application = await builder.BuildAsync(TestContext.Current.CancellationToken);
        await application.RunAsync(TestContext.Current.CancellationToken);
        return await File.ReadAllTextAsync(Path.Combine(folder, FileName), TestContext.Current.CancellationToken);
    }

    private static string ComposeFolder()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "B2BAssertions.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The repository's folder is not above the tests.");
        }

        return Path.Combine(folder, "deploy", "compose");
    }

    [GeneratedRegex("(?i:password)(?:=|: \"?)([^;\"\\n]+)")]
    private static partial Regex Passwords();
}
