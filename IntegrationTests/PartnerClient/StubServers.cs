using B2BAssertions.Jose;

using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace B2BAssertions.IntegrationTests.PartnerClientTests;

/// <summary>The three servers that a partner talks to, played by the tests.</summary>
internal sealed class StubServers : IAsyncDisposable
{
    public const string ClientId = "partner-a";

    public StubServers(TimeProvider time)
    {
        Registry = new StubRegistry(time);
        Issuer = new StubAuthorizationServer(time, Registry);
        Orders = new StubOrdersApi(time, Issuer);
    }

    public StubRegistry Registry { get; }

    public StubAuthorizationServer Issuer { get; }

    public StubOrdersApi Orders { get; }

    public Dictionary<string, string> Settings => new()
    {
        ["PartnerClient:ClientId"] = ClientId,
        ["PartnerClient:Issuer"] = Issuer.Address,
        ["PartnerClient:JwksService"] = Registry.Address,
        ["PartnerClient:OrdersApi"] = Orders.Address,
        ["PartnerClient:EnrolmentToken"] = StubRegistry.EnrolmentToken,
        ["PartnerClient:FlowReportFile"] = "flow.json",
        // Only tests of the rotation ask the registry what these would ask.
        ["PartnerClient:Rotation:Every"] = "0",
        ["PartnerClient:Rotation:LookEvery"] = "0",
    };

    public async Task StartAsync()
    {
        await Registry.StartAsync();
        await Issuer.StartAsync();
        await Orders.StartAsync();
    }

    public static IResult Problem(int status, string code) =>
        Results.Problem(statusCode: status, extensions: new Dictionary<string, object?> { ["code"] = code });

    /// <summary>An error that asks to be left alone for a while.</summary>
    public static IResult RetryAfter(int status, string value) => new ErrorWithRetryAfter(status, value);

    /// <summary>The JWT if it is signed by this key, of this type, for this audience as a string, and by and about the partner.</summary>
    public static async Task<JsonWebToken?> VerifyAsync(string compact, string type, string audience, PublicJwk key)
    {
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(compact, new TokenValidationParameters
        {
            IssuerSigningKey = key.SecurityKey,
            ValidAlgorithms = [key.Algorithm.Name],
            ValidTypes = [type],
            ValidIssuer = ClientId,
            ValidAudience = audience,
            RequireExpirationTime = true,

            // The tests' clock is not the library's: they check the times themselves.
            ValidateLifetime = false,
        });
        return result is { IsValid: true, SecurityToken: JsonWebToken { Subject: ClientId, Id.Length: > 0 } jwt }
            && jwt.Kid == key.KeyId
            && jwt.GetPayloadValue<object>("aud") is string
                ? jwt
                : null;
    }

    public async ValueTask DisposeAsync()
    {
        await Orders.DisposeAsync();
        await Issuer.DisposeAsync();
        await Registry.DisposeAsync();
    }

    private sealed class ErrorWithRetryAfter(int status, string value) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = status;
            httpContext.Response.Headers.RetryAfter = value;
            return Task.CompletedTask;
        }
    }
}
