using System.Runtime.ExceptionServices;

using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Logging.Abstractions;

using Xunit;

namespace B2BAssertions.AppHost.Tests;

/// <summary>The AppHost's model, described and not started.</summary>
internal sealed class DescribedSystem : IAsyncDisposable
{
    private readonly IDistributedApplicationTestingBuilder _builder;

    /// <summary>The operator's key is made even by a system that is only described.</summary>
    private readonly DirectoryInfo _data;

    private DescribedSystem(IDistributedApplicationTestingBuilder builder, DirectoryInfo data) => (_builder, _data) = (builder, data);

    public IEnumerable<string> Names => _builder.Resources.Where(resource => resource is not ParameterResource).Select(resource => resource.Name);

    /// <param name="settings">Settings of the AppHost, as on its command line.</param>
    public static async Task<DescribedSystem> CreateAsync(params string[] settings)
    {
        var data = Directory.CreateTempSubdirectory("b2bassertions-apphost");
        return new DescribedSystem(
            await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
                [$"--{SettingNames.DataDirectory}={data.FullName}", .. settings], TestContext.Current.CancellationToken),
            data);
    }

    public T Find<T>(string name)
        where T : IResource => _builder.Resources.OfType<T>().Single(resource => resource.Name == name);

    /// <summary>What the resource waits for.</summary>
    public IEnumerable<string> Waits(string name) =>
        Find<IResource>(name).Annotations.OfType<WaitAnnotation>().Select(wait => wait.Resource.Name);

    /// <summary>The environment as it would be published: addresses that nobody knows yet stand there as expressions.</summary>
    public async Task<Dictionary<string, string>> EnvironmentAsync(string name)
    {
        var result = await ExecutionConfigurationBuilder.Create(Find<IResource>(name))
            .WithEnvironmentVariablesConfig()
            .BuildAsync(
                // Without services, so a logger has to be given.
                new DistributedApplicationExecutionContext(DistributedApplicationOperation.Publish),
                NullLogger.Instance,
                TestContext.Current.CancellationToken);
        if (result.Exception is { } exception)
        {
            ExceptionDispatchInfo.Throw(exception);
        }

        return result.EnvironmentVariables.ToDictionary();
    }

    public async ValueTask DisposeAsync()
    {
        await _builder.DisposeAsync();
        _data.Delete(recursive: true);
    }
}
