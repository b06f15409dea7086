using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

using Scalar.AspNetCore;

namespace B2BAssertions.ServiceDefaults;

/// <summary>
/// A service's OpenAPI document at <c>/openapi/v1.json</c> and a page at <c>/scalar</c> to read it and to try the service. Both are open to
/// anyone, so outside of Development they are there only where <see cref="SettingNames.ServeApiDescription"/> asks for them.
/// </summary>
public static class ApiReference
{
    public static void MapApiDescription(this WebApplication app, string title)
    {
        if (app.Configuration.GetValue(SettingNames.ServeApiDescription, app.Environment.IsDevelopment()))
        {
            app.MapOpenApi().AllowAnonymous();
            app.MapPage(title);
        }
    }

    private static void MapPage(this WebApplication app, string title) =>
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
