using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace B2BAssertions.ServiceDefaults;

/// <summary>
/// RFC 9110 §9.3.2: HEAD is answered as GET is, without the body, which the web server leaves out by itself. A filter, because routing comes
/// before every middleware of the service.
/// </summary>
internal sealed class HeadAsGet : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (context, following) =>
        {
            if (!HttpMethods.IsHead(context.Request.Method))
            {
                await following(context);
                return;
            }

            context.Request.Method = HttpMethods.Get;
            try
            {
                await following(context);
            }
            finally
            {
                // For logs and metrics.
                context.Request.Method = HttpMethods.Head;
            }
        });
        next(app);
    };
}
