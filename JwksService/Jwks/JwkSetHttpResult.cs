using B2BAssertions.Jose;

using Microsoft.Net.Http.Headers;

namespace B2BAssertions.JwksService.Jwks;

/// <summary>A JWK Set with what caches need: a strong ETag and max-age, and 304 for who has it already (KR-02).</summary>
internal sealed class JwkSetHttpResult(PublishedSet set, TimeSpan maxAge, JwksServiceMetrics metrics) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.Headers.ETag = set.ETag.ToString();
        response.Headers.CacheControl = $"public, max-age={maxAge.TotalSeconds:0}";
        if (IsKnown(httpContext.Request))
        {
            metrics.CountJwksAnswer("not_modified");
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        metrics.CountJwksAnswer("ok");
        response.ContentType = JwkSet.MediaType;
        response.ContentLength = set.Body.Length;
        return HttpMethods.IsHead(httpContext.Request.Method)
            ? Task.CompletedTask
            : response.Body.WriteAsync(set.Body, httpContext.RequestAborted).AsTask();
    }

    /// <summary>RFC 9110 §13.1.2: <c>*</c>, or a list in which one matches weakly, as compressing proxies weaken the tag.</summary>
    private bool IsKnown(HttpRequest request) =>
        request.GetTypedHeaders().IfNoneMatch.Any(known =>
            known.Equals(EntityTagHeaderValue.Any) || known.Compare(set.ETag, useStrongComparison: false));
}
