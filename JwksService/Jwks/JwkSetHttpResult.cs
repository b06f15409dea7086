using B2BAssertions.Jose;

using Microsoft.Net.Http.Headers;

namespace B2BAssertions.JwksService.Jwks;

/// <summary>A JWK Set with what caches need: a strong ETag and max-age, and 304 for who has it already (KR-02).</summary>
/// <param name="served">One that is outdated must not be kept: the key that has gone may be a stolen one.</param>
internal sealed class JwkSetHttpResult(ServedSet served, TimeSpan maxAge, JwksServiceMetrics metrics) : IResult
{
    /// <summary>Of an outdated set: 5 seconds, so that caches spare this service and the change comes through soon all the same.</summary>
    internal static readonly TimeSpan OutdatedMaxAge = TimeSpan.FromSeconds(5);

    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        var set = served.Set;
        response.Headers.ETag = set.ETag.ToString();
        response.Headers.CacheControl = $"public, max-age={(served.IsOutdated ? OutdatedMaxAge : maxAge).TotalSeconds:0}";
        if (IsKnown(httpContext.Request))
        {
            metrics.CountJwksAnswer("not_modified");
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        metrics.CountJwksAnswer("ok");
        response.ContentType = JwkSet.MediaType;
        response.ContentLength = set.Body.Length;
        return response.Body.WriteAsync(set.Body, httpContext.RequestAborted).AsTask();
    }

    /// <summary>RFC 9110 §13.1.2: <c>*</c>, or a list in which one matches weakly, as compressing proxies weaken the tag.</summary>
    private bool IsKnown(HttpRequest request) =>
        request.GetTypedHeaders().IfNoneMatch.Any(known =>
            known.Equals(EntityTagHeaderValue.Any) || known.Compare(served.Set.ETag, useStrongComparison: false));
}
