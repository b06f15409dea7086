using System.Reflection;

using Xunit;

namespace B2BAssertions.IntegrationTests.Conventions;

/// <summary>Keeps the house as docs and folder names promise it.</summary>
public sealed class HouseTests
{
    private const int MaxLines = 250;

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

    [Fact]
    public void Nothing_asks_the_system_for_the_time() => Assert.All(
        Repository.ServiceSources(),
        file => Assert.DoesNotMatch(@"DateTime(Offset)?\.(UtcNow|Now)|Thread\.Sleep", File.ReadAllText(file)));

    [Fact]
    public void Source_files_stay_short() => Assert.All(
        Repository.Sources(),
        file => Assert.InRange(File.ReadAllLines(file).Length, 1, MaxLines));
}
