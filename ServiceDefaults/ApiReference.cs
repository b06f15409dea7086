using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

using Scalar.AspNetCore;

namespace B2BAssertions.ServiceDefaults;

/// <summary>A page at <c>/scalar</c> to read a service's OpenAPI document and to try it, open to anyone.</summary>
public static class ApiReference
{
    public static void MapApiReference(this WebApplication app, string title) =>
        app.MapScalarApiReference(options =>
            {
                options.Title = title;
                options.DefaultFonts = false;
                options.Telemetry = false;
                options.Agent = new ScalarAgentOptions { Disabled = true };
                options.HideClientButton = true;
                options.HideDeveloperTools();
                options.DynamicNonce = true;
            })
            .AddEndpointFilter(AllowOwnContentOnlyAsync)
            .AllowAnonymous();

    /// <summary>The page gets a token typed in: no script, font or request of it may come from or go to another host.</summary>
    private static async ValueTask<object?> AllowOwnContentOnlyAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var result = await next(context);
        var nonce = context.HttpContext.Items[ScalarOptions.NonceHttpContextItemKey];
        context.HttpContext.Response.Headers.ContentSecurityPolicy =
            $"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
            + "font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        return result;
    }
}
