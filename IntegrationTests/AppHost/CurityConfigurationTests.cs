using System.Text.RegularExpressions;
using System.Xml.Linq;

using B2BAssertions.AppHost.Curity.Configuration;
using B2BAssertions.IntegrationTests.Conventions;

using Xunit;

namespace B2BAssertions.IntegrationTests.AppHost;

/// <summary>
/// The configuration of the Curity Identity Server, as far as it can be proved without one: it is whole, and says what the system relies on.
/// </summary>
public sealed partial class CurityConfigurationTests
{
    private static readonly string File = Path.Combine(Repository.Folder, CurityContainer.ConfigurationSource);

    private static readonly XElement Root = XDocument.Load(File).Root!;

    /// <summary>Elements that refer to something by its id, and the list where that stands.</summary>
    public static TheoryData<string, string> References => new()
    {
        { "service-role/endpoints", "endpoints/endpoint" },
        { "jwt-issuer-settings/signing-key-id", "signing-keys/signing-key" },
        { "default-token-issuer/default-data-source", "data-sources/data-source" },
        { "default-caching-service/data-source", "data-sources/data-source" },
        { "jwks-uri/http-client", "http/client" },
        { "client/scope", "scopes/scope" },
    };

    [Theory]
    [MemberData(nameof(References))]
    public void Every_id_that_is_referred_to_exists(string reference, string list)
    {
        var ids = Find(list).Select(item => item.Elements().Single(element => element.Name.LocalName == "id").Value).ToList();
        var referred = Find(reference).Select(element => element.Value).ToList();

        Assert.NotEmpty(referred);
        Assert.Empty(referred.Except(ids));
    }

    [Fact]
    public void No_id_stands_twice_in_a_list() => Assert.Empty(Root.Descendants()
        .Where(element => element.Name.LocalName == "id" && element.Parent!.Name.LocalName != "service-role")
        .GroupBy(element => (element.Parent!.Parent, element.Value))
        .Where(group => group.Count() > 1)
        .Select(group => group.Key.Value));

    [Fact]
    public void The_variables_are_those_that_the_AppHost_provides() =>
        Assert.Equal(CurityVariables.All.Order(), UsedVariables());

    [Theory]
    [InlineData("asymmetrically-signed-jwt/signature-algorithm", "PS256")]
    [InlineData("jwt-issuer-settings/algorithm", "PS256")]
    [InlineData("client-authentication/basic-and-form-post", "false")]
    [InlineData("scope/id", "read")]
    [InlineData("client/scope", "read")]
    [InlineData("client/id", "partner-api-client", "jwks-client")]
    [InlineData("jwks-uri/uri", "#{PARTNER_JWKS_URI}")]
    [InlineData("client/audience", "#{ORDERS_API_AUDIENCE}")]
    [InlineData("environment/base-url", "#{CURITY_BASE_URL}")]
    [InlineData("signing-key/external-id", "#{SIGNING_KEY_ID}")]
    public void A_setting_has_the_value_that_the_system_relies_on(string path, params string[] expected) =>
        Assert.Equal(expected, Find(path).Select(element => element.Value));

    [Theory]
    [InlineData("using-jwt/enforce-unique-jti-values")]
    [InlineData("default-token-issuer/access-token-as-jwt")]
    [InlineData("client-capabilities/client-credentials")]
    [InlineData("capabilities/client-credentials")]
    [InlineData("authorization-server/expose-metadata")]
    [InlineData("authorization-server/openid-connect/expose-metadata")]
    public void A_switch_is_on(string path) => Assert.Single(Find(path));

    /// <summary>It would change the sub, by which the orders API knows the partner.</summary>
    [Fact]
    public void The_subject_is_the_client_and_no_pseudonym_of_it() =>
        Assert.DoesNotContain(Root.Descendants(), element => element.Name.LocalName == "use-pairwise-subject-identifiers");

    [Theory]
    [InlineData("oauth-anonymous", CurityContainer.IssuerPath)]
    [InlineData("oauth-token", CurityContainer.TokenPath)]
    public void Endpoints_are_where_the_services_look_for_them(string kind, string path) => Assert.Equal(
        path,
        Find("endpoints/endpoint").Single(endpoint => Child(endpoint, "endpoint-kind") == kind).Elements().Single(element => element.Name.LocalName == "uri").Value);

    /// <summary>No key, password or licence stands in the file: what is secret is a variable.</summary>
    [Theory]
    [InlineData("symmetric-key")]
    [InlineData("keystore")]
    [InlineData("license-key")]
    [InlineData("user/password")]
    public void Secrets_are_variables(string path)
    {
        var secrets = Find(path).ToList();

        Assert.NotEmpty(secrets);
        Assert.All(secrets, element => Assert.Matches(@"^#\{[A-Z_]+\}$", element.Value));
    }

    private static IEnumerable<XElement> Find(string path)
    {
        var names = path.Split('/');
        return Root.Descendants().Where(element => names.Reverse().Zip(element.AncestorsAndSelf(), (name, at) => at.Name.LocalName == name).All(fits => fits));
    }

    private static string? Child(XElement element, string name) => element.Elements().SingleOrDefault(child => child.Name.LocalName == name)?.Value;

    private static IEnumerable<string> UsedVariables() =>
        Variables().Matches(System.IO.File.ReadAllText(File)).Select(match => match.Groups[1].Value).Distinct().Order();

    [GeneratedRegex(@"#\{([A-Z_]+)(?: \|[^}]*)?\}")]
    private static partial Regex Variables();
}
