using B2BAssertions.ServiceDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.DeploymentTests;

/// <summary>What an installation gets that says nothing of it, and images by digest.</summary>
public sealed class ChartDefaultsTests
{
    private const string Digest = "sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    private static readonly string[] Least =
        ["""forwardedHeaders.knownNetworks=["10.4.0.0/16"]""", """networkPolicy.database=[{"ipBlock":{"cidr":"10.20.0.5/32"}}]"""];

    [Fact]
    public async Task No_order_is_there_that_nobody_placed_until_samples_are_asked_for()
    {
        Assert.DoesNotContain("SeedOrdersFor", await OrdersApiAsync(), StringComparison.Ordinal);
        Assert.Contains("\"OrdersApi__SeedOrdersFor__0\",\"value\":\"acme\"", await OrdersApiAsync("""seedOrdersFor=["acme"]"""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_with_the_role_of_the_owner_migrates_and_no_service_has_that_role()
    {
        var objects = await Chart.RenderAsync(Least);

        Assert.Equal(
            [ServiceNames.AuthorizationServer, ServiceNames.JwksService, ServiceNames.OrdersApi], objects.OfKind("Job").Keys.Order());
        Assert.All(objects.OfKind("Job").Values, job => Assert.Contains("-owner\"", job.ToJsonString(), StringComparison.Ordinal));
        Assert.All(objects.OfKind("Deployment").Values, service => Assert.DoesNotContain("-owner\"", service.ToJsonString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_image_with_a_digest_is_named_by_it_in_the_service_and_in_its_job()
    {
        var objects = await Chart.RenderAsync(
            [.. Least, """images.registry="registry.example.com/" """, "images.tag=\"1.2.3\"", $$"""images.digests={"orders-api":"{{Digest}}"}"""]);

        Assert.All(
            [objects.OfKind("Job")[ServiceNames.OrdersApi], objects.OfKind("Deployment")[ServiceNames.OrdersApi]],
            workload => Assert.Equal($"registry.example.com/b2bassertions/orders-api@{Digest}", (string?)Chart.ContainerOf(workload)["image"]));
        Assert.Equal(
            "registry.example.com/b2bassertions/jwks-service:1.2.3",
            (string?)Chart.ContainerOf(objects.OfKind("Deployment")[ServiceNames.JwksService])["image"]);
    }

    private static async Task<string> OrdersApiAsync(params string[] values) =>
        (await Chart.RenderAsync([.. Least, .. values])).OfKind("Deployment")[ServiceNames.OrdersApi].ToJsonString();
}
