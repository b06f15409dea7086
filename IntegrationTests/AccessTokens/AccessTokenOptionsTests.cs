using B2BAssertions.IntegrationTests.PartnerClientTests;
using B2BAssertions.Jose;
using B2BAssertions.PartnerClient.AccessTokens;

using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

using Xunit;

namespace B2BAssertions.IntegrationTests.AccessTokens;

public sealed class AccessTokenOptionsTests
{
    [Theory]
    [InlineData("ClientId", "")]
    [InlineData("ClientId", "söme")]
    [InlineData("Issuer", "")]
    [InlineData("Issuer", "not an address")]
    [InlineData("Issuer", "https://user:hush@issuer.example")]
    [InlineData("Issuer", "https://user:hush@issuer example")]
    [InlineData("Scope", "read  write")]
    [InlineData("Resource", "orders")]
    [InlineData("Resource", "https://user:hush@api.example#orders")]
    [InlineData("TokenEndpoint", "/token")]
    [InlineData("TokenEndpoint", "https://issuer.example/token?x=hush")]
    [InlineData("AssertionAudience", "Client")]
    [InlineData("AssertionType", "jwt")]
    [InlineData("AssertionLifetime", "00:05:01")]
    [InlineData("AssertionLifetime", "soon")]
    [InlineData("RequestTimeout", "00:00:00")]
    [InlineData("AllowHttp", "perhaps")]
    [InlineData("KeyFile", "")]
    [InlineData("KeyPassword", "")]
    [InlineData("KeyPasswordFile", "beside-the-password.txt")]
    [InlineData("TokenRequestParameters:client_assertion", "mine")]
    [InlineData("TokenRequestParameters:Grant_Type", "password")]
    [InlineData("TokenRequestParameters:client_secret", "hush")]
    [Trait("Rule", "PC-07")]
    public async Task A_wrong_setting_is_named_with_its_section(string setting, string value)
    {
        await using var system = new TokenSystem();
        system.Settings[setting] = value;

        var exception = Assert.Throws<OptionsValidationException>(() => system.Build());

        var failure = Assert.Single(exception.Failures);
        Assert.Contains($"{TokenSystem.Section}:{setting.Split(':')[0]}", failure, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void An_option_from_code_is_named_as_in_code()
    {
        using var provider = new ServiceCollection().AddPartnerAccessTokens(_ => { }).BuildServiceProvider();

        var exception = Assert.Throws<OptionsValidationException>(() => provider.GetRequiredService<IStartupValidator>().Validate());

        Assert.Contains(exception.Failures, failure => failure.StartsWith("AccessTokenOptions.Issuer is missing", StringComparison.Ordinal));
        Assert.Contains(exception.Failures, failure => failure.StartsWith("AccessTokenOptions.KeyFile is missing", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Plain_http_is_an_option_of_its_own()
    {
        await using var system = new TokenSystem();
        system.Settings.Remove("AllowHttp");

        var exception = Assert.Throws<OptionsValidationException>(() => system.Build());

        Assert.Contains("Tokens:Issuer", Assert.Single(exception.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_of_keys_of_the_application_s_own_needs_no_file()
    {
        await using var system = new TokenSystem();
        system.Settings.Remove("KeyFile");
        system.Settings.Remove("KeyPassword");
        var source = new OwnKeys(system);
        await system.StartAsync(configureAfter: services => services.AddSingleton<ISigningKeySource>(source));

        Assert.NotNull((await system.Tokens.GetAsync(TestContext.Current.CancellationToken)).Token);
        Assert.Equal(1, source.Asked);
    }

    [Fact]
    public async Task The_request_holds_the_resource_and_the_further_parameters()
    {
        await using var system = new TokenSystem();
        system.Settings["Resource"] = "https://api.example/orders";
        system.Settings["TokenRequestParameters:audience"] = "orders & more";
        await system.StartAsync();

        var form = await RequestAsync(system);

        Assert.Equal(
            ["audience", "client_assertion", "client_assertion_type", "client_id", "grant_type", "resource", "scope"],
            form.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("https://api.example/orders", form["resource"]);
        Assert.Equal("orders & more", form["audience"]);
    }

    [Fact]
    public async Task Without_a_scope_none_is_asked_for_and_whatever_is_granted_is_taken()
    {
        await using var system = new TokenSystem();
        system.Settings.Remove("Scope");
        system.Issuer.Scope = "whatever it is";
        await system.StartAsync();

        var form = await RequestAsync(system);

        Assert.False(form.ContainsKey("scope"));
        Assert.Equal("whatever it is", system.Tokens.State.Token!.Scope);
    }

    [Fact]
    public async Task With_a_token_endpoint_of_its_own_no_metadata_are_read()
    {
        await using var system = new TokenSystem();
        system.Settings["Issuer"] = "http://issuer.example/that/is/not/asked";
        system.Settings["TokenEndpoint"] = system.Issuer.TokenEndpoint;
        system.Issuer.ExpectedAudience = "http://issuer.example/that/is/not/asked";
        await system.StartAsync();

        await RequestAsync(system);

        Assert.NotNull(system.Tokens.State.Token);
        Assert.All(system.Issuer.Requests, request => Assert.True(request.IsPost));
    }

    [Theory]
    [InlineData("client-authentication+jwt", "client-authentication+jwt")]
    [InlineData("JWT", "JWT")]
    [InlineData("absent", null)]
    public async Task The_type_of_the_assertion_is_an_option(string setting, string? typ)
    {
        await using var system = new TokenSystem();
        system.Settings["AssertionType"] = setting;
        await system.StartAsync();

        var form = await RequestAsync(system);

        var assertion = form["client_assertion"].ToString();
        Assert.True(UnverifiedJwt.TryParse(assertion, out var jwt));
        Assert.Equal(typ, jwt.Header.TryGetProperty("typ", out var found) ? found.GetString() : null);
        Assert.True(JwsSignature.IsValid(assertion, system.Issuer.PublishedKeys[0]));
        Assert.Equal(60, Claim(jwt, "exp") - Claim(jwt, "iat"));
    }

    [Fact]
    [Trait("Rule", "PC-02")]
    public async Task The_audience_is_one_string_and_the_token_endpoint_by_option()
    {
        await using var system = new TokenSystem();
        system.Settings["AssertionAudience"] = "TokenEndpoint";
        system.Issuer.ExpectedAudience = system.Issuer.TokenEndpoint;
        await system.StartAsync();

        Assert.NotNull((await system.Tokens.GetAsync(TestContext.Current.CancellationToken)).Token);
        Assert.Equal(system.Issuer.TokenEndpoint, system.Issuer.Assertions[0].GetPayloadValue<string>("aud"));
    }

    [Theory]
    [InlineData("AllowHttp", "true", "Tokens:AllowHttp is on")]
    [InlineData("AssertionAudience", "TokenEndpoint", "Tokens:AssertionAudience")]
    [InlineData("AssertionType", "absent", "Tokens:AssertionType")]
    public async Task A_looser_option_is_a_warning(string setting, string value, string expected)
    {
        await using var system = new TokenSystem();
        system.Settings[setting] = value;
        system.Build();
        _ = system.Tokens;

        Assert.Single(system.Logs.Lines, line => line.StartsWith("Warning", StringComparison.Ordinal)
            && line.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_assertion_can_be_looked_at_without_being_sent()
    {
        await using var system = new TokenSystem();
        await system.StartAsync();

        var preview = await system.Tokens.PreviewAssertionAsync(TestContext.Current.CancellationToken);

        Assert.Equal(system.Issuer.TokenEndpoint, preview.TokenEndpoint);
        Assert.Equal(StubServers.ClientId, (string?)preview.Assertion!.Claims["sub"]);
        Assert.Equal("PS256", (string?)preview.Assertion.Header["alg"]);
        Assert.Empty(system.Issuer.TokenRequests);
    }

    private static long Claim(UnverifiedJwt jwt, string name) => jwt.Claims.GetProperty(name).GetInt64();

    private static async Task<Dictionary<string, StringValues>> RequestAsync(TokenSystem system)
    {
        await system.Tokens.GetAsync(TestContext.Current.CancellationToken);
        return StubAuthorizationServer.Form(Assert.Single(system.Issuer.TokenRequests));
    }

    private sealed class OwnKeys(TokenSystem system) : ISigningKeySource
    {
        private readonly SigningKey _key = SigningKey.From(KeyFileMaker.Open(system.KeyFile));

        public int Asked { get; private set; }

        public ValueTask<SigningKey> GetAsync(CancellationToken cancellationToken)
        {
            Asked++;
            return ValueTask.FromResult(_key);
        }
    }
}
