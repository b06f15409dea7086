using System.Globalization;

using B2BAssertions.Jose;

using Microsoft.AspNetCore;

using OpenIddict.Server;

using static OpenIddict.Server.OpenIddictServerEvents;

namespace B2BAssertions.AuthorizationServer.Metadata;

/// <summary>AT-04: the server's keys are a JWK Set and say so (RFC 7517 §8.5.2); they may be cached for a while.</summary>
internal sealed class JwksMediaType : IOpenIddictServerHandler<ApplyJsonWebKeySetResponseContext>
{
    /// <summary>How long a reader may keep the set.</summary>
    public static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(5);

    private static readonly string CacheControl = string.Create(CultureInfo.InvariantCulture, $"public, max-age={MaxAge.TotalSeconds:0}");

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ApplyJsonWebKeySetResponseContext>()
            .UseSingletonHandler<JwksMediaType>()
            .SetOrder(int.MinValue + 100_000)
            .Build();

    public ValueTask HandleAsync(ApplyJsonWebKeySetResponseContext context)
    {
        var response = context.Transaction.GetHttpRequest()!.HttpContext.Response;
        response.OnStarting(() =>
        {
            if (response.StatusCode == StatusCodes.Status200OK)
            {
                response.ContentType = JwkSet.MediaType;
                response.Headers.CacheControl = CacheControl;
            }

            return Task.CompletedTask;
        });
        return ValueTask.CompletedTask;
    }
}
