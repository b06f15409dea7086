using System.Text.Json;

using Microsoft.AspNetCore;
using Microsoft.Extensions.Options;

using OpenIddict.Abstractions;
using OpenIddict.Server;

using static OpenIddict.Server.OpenIddictServerEvents;

namespace B2BAssertions.AuthorizationServer.Metadata;

/// <summary>
/// RFC 8414 §3.3: the issuer in the metadata is the configured string; as a Uri it would get a trailing slash. And no word on what this
/// server does not do, but where a reader may demand one.
/// </summary>
/// <remarks>
/// This is no OpenID provider, but readers of other custom, .NET's JwtBearer among them, look at OpenID's address alone, which RFC 8414 §3 lets
/// any server use. There the members that OpenID Connect Discovery §3 requires say that nothing of it is to be had; an
/// authorization_endpoint does not: RFC 8414 §2 leaves it out where no grant uses one, and an address that answers nothing would be a lie.
/// </remarks>
internal sealed class CorrectMetadata(IOptions<AuthorizationServerOptions> options)
    : IOpenIddictServerHandler<ApplyConfigurationResponseContext>
{
    private static readonly string[] NotApplicable = ["require_pushed_authorization_requests", "tls_client_certificate_bound_access_tokens"];

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ApplyConfigurationResponseContext>()
            .UseSingletonHandler<CorrectMetadata>()
            .SetOrder(int.MinValue + 100_000)
            .Build();

    public ValueTask HandleAsync(ApplyConfigurationResponseContext context)
    {
        context.Response[OpenIddictConstants.Metadata.Issuer] = options.Value.Issuer;
        foreach (var name in NotApplicable)
        {
            context.Response.RemoveParameter(name);
        }

        // RFC 8414 §2: required. No grant of this server has a response type.
        Set(context.Response, OpenIddictConstants.Metadata.ResponseTypesSupported);
        if (EndpointPaths.IsOpenIdMetadata(context.Transaction.GetHttpRequest()!.Path))
        {
            // A client has the same sub everywhere, and no ID token is ever signed.
            Set(context.Response, OpenIddictConstants.Metadata.SubjectTypesSupported, OpenIddictConstants.SubjectTypes.Public);
            Set(context.Response, OpenIddictConstants.Metadata.IdTokenSigningAlgValuesSupported);
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Added by hand: OpenIddict takes a list without values for no list, and leaves it out.</summary>
    private static void Set(OpenIddictResponse response, string name, params string[] values)
    {
        response.RemoveParameter(name);
        response.AddParameter(name, new OpenIddictParameter(JsonSerializer.SerializeToElement(values)));
    }
}
