using System.Net.Http.Headers;
using System.Text;

using OpenIddict.Abstractions;
using OpenIddict.Server;

using static OpenIddict.Server.AspNetCore.OpenIddictServerAspNetCoreHandlers;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace B2BAssertions.AuthorizationServer.Token;

/// <summary>
/// AS-15: a token request is a form in UTF-8 (RFC 6749 Appendix B). In another charset the framework would let a NUL through, which it
/// refuses in UTF-8 and no database takes.
/// </summary>
internal sealed class RequireUtf8Form : IOpenIddictServerHandler<ExtractTokenRequestContext>
{
    private const string MediaType = "application/x-www-form-urlencoded";

    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor.CreateBuilder<ExtractTokenRequestContext>()
            .UseSingletonHandler<RequireUtf8Form>()
            .SetOrder(ExtractPostRequest<ExtractTokenRequestContext>.Descriptor.Order - 500)
            .Build();

    public ValueTask HandleAsync(ExtractTokenRequestContext context)
    {
        var request = TokenRequestRefusal.Http(context.Transaction).Request;
        if (HttpMethods.IsPost(request.Method) && !IsUtf8Form(request.ContentType))
        {
            context.Reject(OpenIddictConstants.Errors.InvalidRequest, $"Send the parameters as {MediaType}, in UTF-8.");
        }

        return ValueTask.CompletedTask;
    }

    private static bool IsUtf8Form(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && string.Equals(type.MediaType, MediaType, StringComparison.OrdinalIgnoreCase)
        && (type.CharSet is null || string.Equals(type.CharSet.Trim('"'), Encoding.UTF8.WebName, StringComparison.OrdinalIgnoreCase));
}
