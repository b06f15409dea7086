using System.Diagnostics;
using System.Net;

using B2BAssertions.JwksService.Audit;
using B2BAssertions.ResourceServer;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.JwksService.Access;

/// <summary>Who sends a request that carries an access token, in which role, and from where.</summary>
internal sealed record Caller(Actor Actor)
{
    /// <summary>Lets endpoints take the caller as a parameter; those that take it are open to holders of an access token alone.</summary>
    public static ValueTask<Caller?> BindAsync(HttpContext context) => ValueTask.FromResult<Caller?>(Of(context));

    public static Caller Of(HttpContext context)
    {
        var client = CurrentClient.From(context.User)
            ?? throw new InvalidOperationException("An endpoint asks for the caller, but the request was not authorized by an access token.");
        var kind = client.HasScope(SystemSettings.PartnersManageScope) ? ActorKind.Operator : ActorKind.Partner;
        return new Caller(ActorOf(context, kind, client.ClientId));
    }

    public static Actor ActorOf(HttpContext context, ActorKind kind, string name) =>
        new(kind, name, AddressOf(context), Activity.Current?.TraceId.ToHexString());

    private static string? AddressOf(HttpContext context) => context.Connection.RemoteIpAddress switch
    {
        { IsIPv4MappedToIPv6: true } mapped => mapped.MapToIPv4().ToString(),
        IPAddress address => address.ToString(),
        null => null,
    };
}
