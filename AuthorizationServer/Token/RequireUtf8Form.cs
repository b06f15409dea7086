using System.Net.Http.Headers;

using OpenIddict.Abstractions;
using OpenIddict.Server;

using static OpenIddict.Server.AspNetCore.OpenIddictServerAspNetCoreHandlers;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace B2BAssertions.AuthorizationServer.Token;

/// <summary>
/// AS-15: a token request is a form, and read as UTF-8 (RFC 6749 Appendix B) whatever superset of ASCII it names: the media type has no charset,
/// and no parameter needs more than ASCII. In another one the framework would let a NUL through, which it refuses in UTF-8 and no database takes.
/// </summary>
internal sealed class RequireUtf8Form : IOpenIddictServerHandler<ExtractTokenRequestContext>
{
    private const string MediaType = "application/x-www-form-urlencoded";

    /// <summary>What clients name, by the name of the charset they write in; their ASCII is UTF-8's.</summary>
    private static readonly string[] Charsets = ["utf-8", "us-ascii", "iso-8859-1"];

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ExtractTokenRequestContext>()
            .UseSingletonHandler<RequireUtf8Form>()
            .SetOrder(ExtractPostRequest<ExtractTokenRequestContext>.Descriptor.Order - 500)
            .Build();

    public ValueTask HandleAsync(ExtractTokenRequestContext context)
    {
        var request = TokenRequestRefusal.Http(context.Transaction).Request;
        if (!HttpMethods.IsPost(request.Method))
        {
            return ValueTask.CompletedTask;
        }

        if (IsForm(request.ContentType))
        {
            request.ContentType = MediaType;
        }
        else
        {
            context.Reject(OpenIddictConstants.Errors.InvalidRequest, $"Send the parameters as {MediaType}, in UTF-8.");
        }

        return ValueTask.CompletedTask;
    }

    private static bool IsForm(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && string.Equals(type.MediaType, MediaType, StringComparison.OrdinalIgnoreCase)
        && (type.CharSet is null || Charsets.Contains(type.CharSet.Trim('"'), StringComparer.OrdinalIgnoreCase));
}
