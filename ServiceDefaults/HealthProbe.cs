using System.Net;

using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace B2BAssertions.ServiceDefaults;

/// <summary>
/// Asks the service that runs beside it, in the same container, for its health. It is the container's health check: images without a shell
/// have no curl.
/// </summary>
public static class HealthProbe
{
    public const string Name = "health";

    public const string Description =
        "Asks the service that runs here, with the same settings, whether it can do its work: the health check of its container.";

    private const int Healthy = 0;
    private const int Unhealthy = 1;

    /// <summary>Where ASP.NET Core listens without a setting.</summary>
    private const string DefaultAddress = "http://localhost:5000";

    /// <summary>Less than health checks of containers usually wait.</summary>
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(3);

    /// <returns>Exit code: 0 healthy or degraded, 1 anything else.</returns>
    public static Task<int> RunAsync(TextWriter error, CancellationToken cancellationToken) => RunAsync(
        new ConfigurationBuilder().AddEnvironmentVariables("DOTNET_").AddEnvironmentVariables("ASPNETCORE_").AddEnvironmentVariables().Build(),
        error,
        cancellationToken);

    /// <param name="configuration">What says where the service listens.</param>
    internal static async Task<int> RunAsync(IConfiguration configuration, TextWriter error, CancellationToken cancellationToken)
    {
        if (AddressIn(configuration) is not { } address)
        {
            await error.WriteLineAsync("The service listens on no http address here, so it cannot be asked. Check it from outside, over https.");
            return Unhealthy;
        }

        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false }) { Timeout = TimeLimit };
        try
        {
            using var answer = await http.GetAsync(address, cancellationToken);
            if (answer.IsSuccessStatusCode)
            {
                return Healthy;
            }

            await error.WriteLineAsync($"{address} answered {(int)answer.StatusCode}. The service's log tells why.");
        }
        catch (HttpRequestException exception)
        {
            await error.WriteLineAsync($"{address} does not answer: {exception.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await error.WriteLineAsync($"{address} did not answer within {TimeLimit.TotalSeconds:0} s.");
        }

        return Unhealthy;
    }

    /// <summary>As ASP.NET Core decides it: URLS, else HTTP_PORTS. Null where only https is spoken: the certificate is for another name than this one.</summary>
    private static Uri? AddressIn(IConfiguration configuration)
    {
        var addresses = configuration[WebHostDefaults.ServerUrlsKey] is { Length: > 0 } urls
            ? urls.Split(';', StringSplitOptions.RemoveEmptyEntries)
            : [.. PortsIn(configuration, WebHostDefaults.HttpPortsKey, Uri.UriSchemeHttp), .. PortsIn(configuration, WebHostDefaults.HttpsPortsKey, Uri.UriSchemeHttps)];
        return addresses.DefaultIfEmpty(DefaultAddress)
            .Select(BindingAddress.Parse)
            .Where(address => address.Scheme == Uri.UriSchemeHttp)
            .Select(address => new UriBuilder(address.Scheme, HostOf(address), address.Port, HealthPaths.Health).Uri)
            .FirstOrDefault();
    }

    private static IEnumerable<string> PortsIn(IConfiguration configuration, string key, string scheme) =>
        (configuration[key] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries).Select(port => $"{scheme}://*:{port}");

    /// <summary>Any address, or a name that is none, is every address of this machine for the server, so loopback too.</summary>
    private static string HostOf(BindingAddress address) =>
        IPAddress.TryParse(address.Host, out var ip) && !ip.Equals(IPAddress.Any) && !ip.Equals(IPAddress.IPv6Any)
            ? address.Host
            : IPAddress.Loopback.ToString();
}
