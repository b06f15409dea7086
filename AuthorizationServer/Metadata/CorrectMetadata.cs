using Microsoft.Extensions.Options;

using OpenIddict.Abstractions;
using OpenIddict.Server;

using static OpenIddict.Server.OpenIddictServerEvents;

namespace B2BAssertions.AuthorizationServer.Metadata;

/// <summary>
/// RFC 8414 §3.3: the issuer in the metadata is the configured string; as a Uri it would get a trailing slash. And no word on what this
/// server does not do.
/// </summary>
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

        return ValueTask.CompletedTask;
    }
}
