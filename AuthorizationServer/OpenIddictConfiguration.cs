using System.Security.Cryptography;

using B2BAssertions.AuthorizationServer.Clients;
using B2BAssertions.AuthorizationServer.Database;
using B2BAssertions.AuthorizationServer.Metadata;
using B2BAssertions.AuthorizationServer.SigningKeys;
using B2BAssertions.AuthorizationServer.Token;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

using OpenIddict.Abstractions;
using OpenIddict.EntityFrameworkCore.Models;
using OpenIddict.Server;

namespace B2BAssertions.AuthorizationServer;

/// <summary>OpenIddict as this server uses it: client credentials, private_key_jwt and JWT access tokens, nothing else.</summary>
internal static class OpenIddictConfiguration
{
    public static void AddAuthorizationServer(this WebApplicationBuilder builder)
    {
        builder.Services.AddOpenIddict()
            .AddCore(core =>
            {
                core.UseEntityFrameworkCore().UseDbContext<AuthorizationDbContext>();
                core.ReplaceApplicationManager<OpenIddictEntityFrameworkCoreApplication, JwksUriApplicationManager>();
            })
            .AddServer(server => ConfigureServer(server, HttpAddress.IsHttpAllowed(builder.Configuration)));
        builder.Services.KeepNoDataProtectionKeys();
        builder.Services.AddOptions<OpenIddictServerOptions>()
            .Configure<IOptions<AuthorizationServerOptions>>(ApplySettings)
            .PostConfigure(AcceptPrivateKeyJwtOnly)
            .ValidateOnStart();
    }

    private static void ConfigureServer(OpenIddictServerBuilder server, bool allowHttp)
    {
        server.SetTokenEndpointUris(EndpointPaths.Token)
            .SetJsonWebKeySetEndpointUris(EndpointPaths.Jwks)
            .SetConfigurationEndpointUris(EndpointPaths.OAuthMetadata, EndpointPaths.OpenIdMetadata)
            .AllowClientCredentialsFlow()
            .DisableAccessTokenEncryption()
            .DisableTokenStorage()
            .DisableAuthorizationStorage()
            // CheckRequestedAccess compares a resource parameter with the API of the scopes; OpenIddict would refuse the right one too.
            .DisableResourceValidation()
            .IgnoreResourcePermissions()
            // OpenIddict does not start without an encryption key; nothing is ever encrypted with this one, nor is it published.
            .AddEncryptionKey(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32)));

        server.AddEventHandler(LimitTokenRequests.Descriptor)
            .AddEventHandler(RequireUtf8Form.Descriptor)
            .AddEventHandler(OmitEmptyParameters.Descriptor)
            .AddEventHandler(RefuseSecrets.Descriptor)
            .AddEventHandler(CheckAssertionParameters.Descriptor)
            .AddEventHandler(AuthenticateClient.Descriptor)
            .AddEventHandler(RefuseReplay.Descriptor)
            .AddEventHandler(LimitClientRequests.Descriptor)
            .AddEventHandler(CheckRequestedAccess.Descriptor)
            .AddEventHandler(IssueAccessToken.Descriptor)
            .AddEventHandler(SignAccessToken.Descriptor)
            .AddEventHandler(CompleteTokenResponse.Descriptor)
            .AddEventHandler(DescribeServer.Descriptor)
            .AddEventHandler(CorrectMetadata.Descriptor)
            .AddEventHandler(JwksMediaType.Descriptor)
            .RemoveEventHandler(OpenIddictServerHandlers.Discovery.AttachSigningKeys.Descriptor)
            .AddEventHandler(PublishSigningKeys.Descriptor);

        var host = server.UseAspNetCore();
        if (allowHttp)
        {
            host.DisableTransportSecurityRequirement();
        }
    }

    private static void ApplySettings(OpenIddictServerOptions server, IOptions<AuthorizationServerOptions> settings)
    {
        server.Issuer = new Uri(settings.Value.Issuer);
        server.AccessTokenLifetime = settings.Value.AccessTokenLifetime;
        server.SigningCredentials.Add(Placeholder.Create());
        server.Scopes.Clear();
        server.Scopes.UnionWith(settings.Value.KnownScopes);
    }

    /// <summary>AS-02: a secret is no way to authenticate here, in the metadata and in fact.</summary>
    private static void AcceptPrivateKeyJwtOnly(OpenIddictServerOptions server)
    {
        server.ClientAuthenticationMethods.Clear();
        server.ClientAuthenticationMethods.Add(OpenIddictConstants.ClientAuthenticationMethods.PrivateKeyJwt);
        server.ClientAssertionTypes.Clear();
        server.ClientAssertionTypes.Add(OpenIddictConstants.ClientAssertionTypes.JwtBearer);
    }
}
