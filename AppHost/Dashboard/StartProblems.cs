using B2BAssertions.AppHost.Settings;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace B2BAssertions.AppHost.Dashboard;

/// <summary>
/// What keeps a resource from starting is said in one sentence, in the log of the resource and in the console. That there is no container
/// engine Aspire says itself, in both places.
/// </summary>
internal static partial class StartProblems
{
    public static void SayWhatKeepsFromStarting(this IDistributedApplicationBuilder builder, SystemModel system)
    {
        if (builder.ExecutionContext.IsRunMode)
        {
            builder.OnBeforeStart((start, _) =>
            {
                var logs = start.Services.GetRequiredService<ResourceLoggerService>();
                var console = start.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(StartProblems));
                foreach (var (resource, problem) in Find(start.Model, builder.Configuration, system.Settings))
                {
                    Log.CannotStart(logs.GetLogger(resource), resource.Name, problem);
                    Log.CannotStart(console, resource.Name, problem);
                }

                return Task.CompletedTask;
            });
        }
    }

    private static IEnumerable<(IResource Resource, string Problem)> Find(
        DistributedApplicationModel model, ConfigurationManager configuration, AppHostSettings settings)
    {
        foreach (var resource in model.Resources.OfType<IResourceWithEndpoints>())
        {
            foreach (var port in resource.Annotations.OfType<EndpointAnnotation>().Where(endpoint => !endpoint.IsProxied).Select(endpoint => endpoint.Port))
            {
                if (port is { } number && LoopbackPort.Probe(number) is { } reason)
                {
                    yield return (resource, $"Port {number} {LoopbackPort.Describe(reason)}.");
                }
            }
        }

        if (settings.AuthorizationServer == AuthorizationServerKind.Curity
            && model.Resources.OfType<Curity.CurityIdentityServerResource>().Single() is { License.Name: var parameter } curity
            && !HasValue(configuration, parameter))
        {
            yield return (curity, $"The Curity Identity Server needs a licence: enter the parameter {parameter} in the dashboard, or set the variable {VariableOf(parameter)} "
                + "to the member License of the licence file; deploy/curity/README.md says where to get one.");
        }
    }

    /// <summary>Aspire takes the name with underscores too, because no shell sets a variable with a hyphen.</summary>
    private static bool HasValue(ConfigurationManager configuration, string parameter) =>
        new[] { parameter, parameter.Replace('-', '_') }.Any(name => !string.IsNullOrEmpty(configuration[$"Parameters:{name}"]));

    private static string VariableOf(string parameter) => $"Parameters__{parameter.Replace('-', '_')}";

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "{Resource} cannot start yet. {Problem}")]
        public static partial void CannotStart(ILogger logger, string resource, string problem);
    }
}
