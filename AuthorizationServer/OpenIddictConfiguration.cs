using System.Security.Cryptography;

using B2BAssertions.AuthorizationServer.Clients;
using B2BAssertions.AuthorizationServer.Database;
using B2BAssertions.AuthorizationServer.Metadata;
using B2BAssertions.AuthorizationServer.SigningKeys;
using B2BAssertions.AuthorizationServer.Token;
using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.DataProtection;
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
        // ASP.NET Core's authentication asks for it; nothing here is protected with it, so no key need be kept.
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Services.AddOptions<OpenIddictServerOptions>()
            .Configure<IOptions<AuthorizationServerOptions>, ServerSigningKeys>(ApplySettings)
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

        server.AddEventHandler(CheckAssertionParameters.Descriptor)
            .AddEventHandler(AuthenticateClient.Descriptor)
            .AddEventHandler(RefuseReplay.Descriptor)
            .AddEventHandler(CheckRequestedAccess.Descriptor)
            .AddEventHandler(IssueAccessToken.Descriptor)
            .AddEventHandler(SignAccessToken.Descriptor)
            .AddEventHandler(CompleteTokenResponse.Descriptor)
            .AddEventHandler(DescribeServer.Descriptor)
            .AddEventHandler(CorrectMetadata.Descriptor)
            .AddEventHandler(JwksMediaType.Descriptor);

        var host = server.UseAspNetCore();
        if (allowHttp)
        {
            host.DisableTransportSecurityRequirement();
        }
    }

    private static void ApplySettings(
        OpenIddictServerOptions server,
        IOptions<AuthorizationServerOptions> settings,
        ServerSigningKeys keys)
    {
        server.Issuer = new Uri(settings.Value.Issuer);
        server.AccessTokenLifetime = settings.Value.AccessTokenLifetime;
        server.SigningCredentials.AddRange(keys.Published);
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
