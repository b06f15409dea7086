using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;

namespace B2BAssertions.ServiceDefaults;

/// <summary><c>/alive</c>: the process answers. <c>/health</c>: it can also do its work (each service adds its checks).</summary>
internal static class Health
{
    public static void MapHealth(this WebApplication app)
    {
        app.MapHealthChecks(HealthPaths.Health).AllowAnonymous();
        app.MapHealthChecks(HealthPaths.Alive, new HealthCheckOptions { Predicate = _ => false }).AllowAnonymous();
    }

    public static bool IsHealthRequest(HttpRequest request) =>
        request.Path.StartsWithSegments(HealthPaths.Alive) || request.Path.StartsWithSegments(HealthPaths.Health);
}
