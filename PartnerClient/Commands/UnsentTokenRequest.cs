using System.Net;

using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Http;

namespace B2BAssertions.PartnerClient.Commands;

/// <summary>
/// Keeps the token request instead of letting it go out. So what is shown is what the worker would send, by whatever settings, and not a
/// second idea of it.
/// </summary>
internal sealed class UnsentTokenRequest
{
    /// <summary>Where it would have gone; null when there was none.</summary>
    public string? Address { get; private set; }

    /// <summary>Its parameters in their order; null when there was none.</summary>
    public Dictionary<string, string>? Form { get; private set; }

    public void AddTo(WebApplicationBuilder builder) =>
        builder.Services.AddSingleton<IHttpMessageHandlerBuilderFilter>(new Filter(this));

    /// <summary>In the last place before the network, behind every handler that still changes the request.</summary>
    private sealed class Filter(UnsentTokenRequest kept) : IHttpMessageHandlerBuilderFilter
    {
        public Action<HttpMessageHandlerBuilder> Configure(Action<HttpMessageHandlerBuilder> next) => builder =>
        {
            next(builder);
            builder.PrimaryHandler = new Handler(kept) { InnerHandler = builder.PrimaryHandler };
        };
    }

    private sealed class Handler(UnsentTokenRequest kept) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Method == HttpMethod.Get)
            {
                return await base.SendAsync(request, cancellationToken);
            }

            var form = await new FormReader(await request.Content!.ReadAsStringAsync(cancellationToken)).ReadFormAsync(cancellationToken);
            kept.Address = request.RequestUri!.AbsoluteUri;
            kept.Form = form.ToDictionary(parameter => parameter.Key, parameter => parameter.Value.ToString());
            return new HttpResponseMessage(HttpStatusCode.BadRequest) { RequestMessage = request };
        }
    }
}
