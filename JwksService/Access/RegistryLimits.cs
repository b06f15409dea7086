using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Options;

namespace B2BAssertions.JwksService.Access;

/// <summary>
/// How often a minute an address and a partner may do what strangers could flood the registry with. Each replica counts for itself.
/// </summary>
internal sealed partial class RegistryLimits(IOptions<JwksServiceOptions> options, TimeProvider time, ILogger<RegistryLimits> logger) : IHostedService
{
    private readonly RateLimit<string> _submissions = new(options.Value.SubmissionsPerMinuteAndAddress, time);
    private readonly RateLimit<string> _changes = new(options.Value.SubmissionsPerMinuteAndPartner, time);
    private readonly RateLimit<string> _unknown = new(options.Value.UnknownClientsPerMinuteAndAddress, time);

    /// <summary>Slows down who guesses enrolment tokens: an address is counted before any token is looked at.</summary>
    public RegistryFault? CountSubmission(HttpContext request) => Fault(_submissions.Take(SenderOf(request)), request.Response);

    /// <summary>
    /// Changes of a partner's keys by the partner. Counted when the right to do so is proven, so strangers use up nothing of it; operators
    /// are not counted: in an incident they must get through.
    /// </summary>
    public RegistryFault? CountChange(string clientId, HttpResponse response) => Fault(_changes.Take(clientId), response);

    /// <summary>
    /// Key sets of partners that do not exist. The sets of those that do are never limited: readers who share an address with a guesser, such
    /// as that of a proxy, must get them.
    /// </summary>
    public RegistryFault? CountUnknown(HttpContext request) => Fault(_unknown.Take(SenderOf(request)), request.Response);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.UnknownClientsPerMinuteAndAddress == RateLimitSettings.Off)
        {
            Log.NotLimited(logger, $"{JwksServiceOptions.Section}:{nameof(JwksServiceOptions.UnknownClientsPerMinuteAndAddress)}");
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static RegistryFault? Fault(TimeSpan? wait, HttpResponse response)
    {
        if (wait is not { } retryAfter)
        {
            return null;
        }

        response.TellRetryAfter(retryAfter);
        return RegistryFault.TooManyRequests;
    }

    private static string SenderOf(HttpContext request) => Sender.Of(request.Connection.RemoteIpAddress);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Requests for key sets of clients that are not known are not limited: {Setting} is 0.")]
        public static partial void NotLimited(ILogger logger, string setting);
    }
}

internal static class RegistryLimitsExtensions
{
    public static void AddRegistryLimits(this IServiceCollection services)
    {
        services.AddSingleton<RegistryLimits>();
        services.AddHostedService(provider => provider.GetRequiredService<RegistryLimits>());
    }

    /// <summary>Ahead of authentication.</summary>
    public static void UseSubmissionLimits(this WebApplication app) => app.Use((context, next) =>
        context.GetEndpoint()?.Metadata.GetMetadata<LimitedSubmission>() is not null
        && context.RequestServices.GetRequiredService<RegistryLimits>().CountSubmission(context) is { } fault
            ? fault.ToProblem().ExecuteAsync(context)
            : next(context));

    /// <summary>Marks the endpoints at which submissions are counted; at all others they are not.</summary>
    public static RouteHandlerBuilder LimitsSubmissions(this RouteHandlerBuilder endpoint) => endpoint
        .WithMetadata(new LimitedSubmission())
        .ProducesProblem(StatusCodes.Status429TooManyRequests);

    /// <summary>For endpoints that need an access token.</summary>
    public static RouteGroupBuilder LimitsPartners(this RouteGroupBuilder endpoints)
    {
        endpoints.ProducesProblem(StatusCodes.Status429TooManyRequests);
        return endpoints.AddEndpointFilter(async (context, next) =>
        {
            var request = context.HttpContext;
            var actor = Caller.Of(request).Actor;
            return !actor.IsOperator
                && request.RequestServices.GetRequiredService<RegistryLimits>().CountChange(actor.Name, request.Response) is { } fault
                    ? fault.ToProblem()
                    : await next(context);
        });
    }

    private sealed class LimitedSubmission;
}
