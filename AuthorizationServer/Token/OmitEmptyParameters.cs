using OpenIddict.Server;

using static OpenIddict.Server.AspNetCore.OpenIddictServerAspNetCoreHandlers;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace B2BAssertions.AuthorizationServer.Token;

/// <summary>
/// RFC 6749 §3.2: a parameter without a value is treated as if it were omitted. Libraries and scripts write one for each variable that is not set.
/// </summary>
internal sealed class OmitEmptyParameters : IOpenIddictServerHandler<ExtractTokenRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ExtractTokenRequestContext>()
            .UseSingletonHandler<OmitEmptyParameters>()
            .SetOrder(ExtractPostRequest<ExtractTokenRequestContext>.Descriptor.Order + 250)
            .Build();

    public ValueTask HandleAsync(ExtractTokenRequestContext context)
    {
        if (context.Transaction.Request is { } request)
        {
            foreach (var (name, _) in request.GetParameters().Where(parameter => (string?)parameter.Value is "").ToList())
            {
                request.RemoveParameter(name);
            }
        }

        return ValueTask.CompletedTask;
    }
}
