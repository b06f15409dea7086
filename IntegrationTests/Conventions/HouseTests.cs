using System.Reflection;

using Xunit;

namespace B2BAssertions.IntegrationTests.Conventions;

/// <summary>Keeps the house as docs and folder names promise it.</summary>
public sealed class HouseTests
{
    private const int MaxLines = 400;
    private const int MaxProgramLines = 40;

    private static readonly Assembly[] Services =
    [
        typeof(AuthorizationServer.Program).Assembly,
        typeof(JwksService.Program).Assembly,
        typeof(OrdersApi.Program).Assembly,
        typeof(PartnerClient.Program).Assembly,
    ];

    [Fact]
    public void No_service_references_another_service()
    {
        var names = Services.Select(service => service.GetName().Name).ToHashSet();

        Assert.All(Services, service => Assert.DoesNotContain(
            service.GetReferencedAssemblies(), reference => names.Contains(reference.Name)));
    }

    /// <summary>Nobody builds upon a service. EF Core writes migrations as public classes; settings may be public.</summary>
    [Fact]
    public void A_service_shows_its_Program_and_nothing_else()
    {
        var shown = Services.SelectMany(service => service.GetExportedTypes()).ToList();

        Assert.All(Services, service => Assert.Contains(shown, type => type.Assembly == service && type.Name == "Program"));
        Assert.Empty(shown.Where(type => !MayBeShown(type)).Select(type => type.FullName).Order());
    }

    [Fact]
    public void Nothing_asks_the_system_for_the_time() => AssertAll(
        Repository.ServiceSources(),
        file => Assert.DoesNotMatch(@"DateTime(Offset)?\.(UtcNow|Now)|Thread\.Sleep", File.ReadAllText(file)));

    [Fact]
    public void Source_files_stay_short() => AssertAll(
        Repository.Sources(),
        file => Assert.InRange(File.ReadAllLines(file).Length, 1, MaxLines));

    [Fact]
    public void A_program_reads_as_a_table_of_contents() => AssertAll(
        Repository.ServiceSources().Where(file => Path.GetFileName(file) is "Program.cs" or "AppHost.cs"),
        file => Assert.InRange(File.ReadAllLines(file).Length, 1, MaxProgramLines));

    private static bool MayBeShown(Type type) =>
        type.Name == "Program"
        || type.Namespace?.Contains(".Migrations", StringComparison.Ordinal) is true;

    /// <summary>A rule about no file at all would always hold.</summary>
    private static void AssertAll(IEnumerable<string> files, Action<string> rule)
    {
        var found = files.ToList();
        Assert.NotEmpty(found);
        Assert.All(found, rule);
    }
}
