using B2BAssertions.Jose;
using B2BAssertions.ServiceDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.PartnerClientTests;

public class FirstStartTests
{
    [Fact]
    [Trait("Rule", "KR-04")]
    public async Task The_first_start_makes_a_key_enrols_it_and_reads_the_orders()
    {
        await using var client = new ClientUnderTest(hasKey: false);

        var report = await client.RunFirstFlowAsync();

        Assert.Null(report.Failure);
        Assert.True(report.Key!.Created);
        Assert.Equal("PS256", report.Key.Algorithm);
        Assert.Equal(client.KeyFile, report.Key.File);
        Assert.True(report.Enrolment!.Enrolled);
        Assert.Equal([report.Key.Kid], report.Jwks!.Kids);
        Assert.Equal(client.Registry.Address + StubRegistry.JwksPath, report.Jwks.Uri);
        Assert.Equal(["ord-1001", "ord-1002"], report.Orders!.Select(order => order.Id));
        Assert.Equal(12.50m, report.Orders![0].Total);
        Assert.Equal(["key", "enrolment", "jwks", "token", "orders"], report.Steps.Select(step => step.Name));
        var published = Assert.Single(client.Registry.Keys);
        Assert.Equal(published.Thumbprint, report.Key.Kid);
    }

    [Fact]
    [Trait("Rule", "PC-03")]
    public async Task The_second_start_uses_the_same_key_and_enrols_nothing()
    {
        await using var client = new ClientUnderTest(hasKey: false);
        var first = await client.RunFirstFlowAsync();
        var keyFile = await File.ReadAllBytesAsync(client.KeyFile, TestContext.Current.CancellationToken);

        var second = await client.RestartAsync();

        Assert.Null(second.Failure);
        Assert.Equal(first.Key!.Kid, second.Key!.Kid);
        Assert.False(second.Key.Created);
        Assert.False(second.Enrolment!.Enrolled);
        Assert.Equal(1, client.Registry.Enrolments);
        Assert.Single(client.Registry.Requests, request => request.IsPost);
        Assert.Equal(keyFile, await File.ReadAllBytesAsync(client.KeyFile, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_second_flow_of_a_process_reports_neither_a_new_key_nor_an_enrolment()
    {
        await using var client = new ClientUnderTest(hasKey: false);
        await client.RunFirstFlowAsync();

        var report = await client.NextFlowAsync();

        Assert.False(report.Key!.Created);
        Assert.False(report.Enrolment!.Enrolled);
        Assert.NotNull(report.Jwks);
    }

    [Fact]
    [Trait("Rule", "KR-04")]
    public async Task The_proof_of_possession_names_the_registry_and_lives_for_60_seconds()
    {
        await using var client = new ClientUnderTest(hasKey: false);

        await client.RunFirstFlowAsync();

        var proof = client.Registry.Proof!;
        var now = client.Time.Start.ToUnixTimeSeconds();
        Assert.Equal(now, proof.GetPayloadValue<long>("iat"));
        Assert.Equal(now + (long)KeyProof.MaxLifetime.TotalSeconds, proof.GetPayloadValue<long>("exp"));
    }

    [Fact]
    public async Task The_report_file_holds_the_flow_for_its_owner_alone()
    {
        await using var client = new ClientUnderTest(hasKey: false);

        var report = await client.RunFirstFlowAsync();

        var file = await client.ReadReportFileAsync();
        Assert.Equal(report.TraceId, file.TraceId);
        Assert.Equal(32, file.TraceId.Length);
        Assert.Equal(report.Key, file.Key);
        Assert.Equal(report.Orders, file.Orders);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(client.Directory.FileNamed("flow.json")));
        }
    }

    [Theory]
    [InlineData("ES256", 2048, "EC")]
    [InlineData("PS256", 3072, "RSA")]
    public async Task Another_algorithm_or_size_is_an_option(string algorithm, int bits, string keyType)
    {
        await using var client = new ClientUnderTest(hasKey: false);
        client.Settings["PartnerClient:Algorithm"] = algorithm;
        client.Settings["PartnerClient:RsaKeySize"] = $"{bits}";

        var report = await client.RunFirstFlowAsync();

        Assert.Null(report.Failure);
        var key = Assert.Single(client.Registry.Keys);
        Assert.Equal(keyType, key.Algorithm.KeyType);
        Assert.Equal(algorithm, key.Algorithm.Name);
        Assert.Equal(algorithm, (string?)report.Assertion!.Header["alg"]);
        if (keyType == "RSA")
        {
            Assert.Equal(bits, key.SecurityKey.KeySize);
        }
    }

    [Fact]
    public async Task The_service_has_health_endpoints_and_no_other()
    {
        await using var client = new ClientUnderTest(hasKey: false);
        await client.RunFirstFlowAsync();
        var cancellationToken = TestContext.Current.CancellationToken;

        Assert.Equal("Healthy", await client.Service.Client.GetStringAsync(HealthPaths.Health, cancellationToken));
        Assert.Equal("Healthy", await client.Service.Client.GetStringAsync(HealthPaths.Alive, cancellationToken));
        using var response = await client.Service.Client.GetAsync("/", cancellationToken);
        Assert.Equal(404, (int)response.StatusCode);
    }
}
