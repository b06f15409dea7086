using System.ComponentModel;
using System.Diagnostics;

using B2BAssertions.AppHost.Settings;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace B2BAssertions.AppHost.Dashboard;

/// <summary>What keeps a resource from starting is said in one sentence, in the log of the resource and in the console.</summary>
internal static partial class StartProblems
{
    /// <summary>For a container engine to answer; one that sleeps may take seconds.</summary>
    private static readonly TimeSpan EngineLimit = TimeSpan.FromSeconds(10);

    public static void SayWhatKeepsFromStarting(this IDistributedApplicationBuilder builder, SystemModel system)
    {
        if (!builder.ExecutionContext.IsRunMode)
        {
            return;
        }

        List<IResource> blocked = [];
        builder.OnBeforeStart(async (start, cancellationToken) =>
        {
            var logs = start.Services.GetRequiredService<ResourceLoggerService>();
            var console = start.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(StartProblems));
            var problems = Find(start.Model, builder.Configuration, system.Settings);
            var containers = start.Model.Resources.OfType<ContainerResource>().ToList();
            if (containers.Count > 0 && await FindEngineProblemAsync(builder.Configuration, cancellationToken) is { } noEngine)
            {
                blocked = WithDependents(containers, start.Model);
                problems = [.. problems, .. blocked.Select(resource => (resource, resource is ContainerResource
                    ? noEngine
                    : $"It needs {string.Join(" and ", containers.Select(container => container.Name))}, which cannot start either."))];

                // Aspire would wait for the engine for ever: without their images it leaves the containers alone.
                containers.ForEach(container => container.Annotations.OfType<ContainerImageAnnotation>().ToList().ForEach(image => container.Annotations.Remove(image)));
                blocked.ForEach(resource => resource.Annotations.Add(new ExplicitStartupAnnotation()));
            }

            foreach (var (resource, problem) in problems)
            {
                Log.CannotStart(logs.GetLogger(resource), resource.Name, problem);
                Log.CannotStart(console, resource.Name, problem);
            }
        });

        builder.Eventing.Subscribe<AfterResourcesCreatedEvent>(async (created, cancellationToken) =>
        {
            var notifications = created.Services.GetRequiredService<ResourceNotificationService>();
            foreach (var resource in blocked)
            {
                await notifications.PublishUpdateAsync(
                    resource, state => state with { State = new ResourceStateSnapshot(KnownResourceStates.FailedToStart, KnownResourceStateStyles.Error) });
            }
        });
    }

    /// <summary>The containers, what they contain, and what waits for any of these.</summary>
    private static List<IResource> WithDependents(IEnumerable<IResource> containers, DistributedApplicationModel model)
    {
        var found = containers.ToHashSet();
        while (model.Resources.Where(Depends).ToList() is { Count: > 0 } more)
        {
            found.UnionWith(more);
        }

        return [.. model.Resources.Where(found.Contains)];

        bool Depends(IResource resource) => !found.Contains(resource) && resource switch
        {
            ProjectResource => resource.Annotations.OfType<WaitAnnotation>().Any(wait => found.Contains(wait.Resource)),
            IResourceWithParent { Parent: ContainerResource container } => found.Contains(container),
            _ => false,
        };
    }

    /// <returns>Why no container can start; null when an engine answers.</returns>
    private static async Task<string?> FindEngineProblemAsync(ConfigurationManager configuration, CancellationToken cancellationToken)
    {
        // As Aspire chooses it: https://aka.ms/aspire/containers.
        string[] engines = configuration["ASPIRE_CONTAINER_RUNTIME"] is { Length: > 0 } chosen ? [chosen] : ["docker", "podman"];
        foreach (var engine in engines)
        {
            if (await AnswersAsync(engine, cancellationToken))
            {
                return null;
            }
        }

        return $"It is a container, and no container engine answers ('{string.Join("' or '", engines.Select(engine => $"{engine} version"))}' fails). "
            + "Start Docker or Podman and then the AppHost again, or leave Storage and AuthorizationServer out: the defaults need no container.";
    }

    private static async Task<bool> AnswersAsync(string engine, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(EngineLimit);
        try
        {
            using var process = Process.Start(new ProcessStartInfo(engine, ["version"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            try
            {
                await Task.WhenAll(process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
                await process.WaitForExitAsync(limit.Token);
                return process.ExitCode == 0;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                process.Kill(entireProcessTree: true);
                return false;
            }
        }
        catch (Win32Exception)
        {
            // It is not installed.
            return false;
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
