using System.Net.Sockets;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace B2BAssertions.ServiceDefaults;

/// <summary>Runs a service until it is told to stop; what keeps it from starting is said in one sentence.</summary>
public static class ServiceRunner
{
    /// <returns>Exit code: 0 stopped as asked, 1 could not start.</returns>
    public static async Task<int> RunAsync(string[] args, Func<string[], WebApplication> build)
    {
        try
        {
            await using var app = build(args);
            await app.RunAsync();
            return 0;
        }
        catch (OperationCanceledException)
        {
            // Told to stop while it was still starting.
            return 0;
        }
        catch (OptionsValidationException exception)
        {
            return CannotStart(string.Join(Environment.NewLine, exception.Failures));
        }
        catch (StartupException exception)
        {
            return CannotStart(exception.Message);
        }
        catch (IOException exception) when (exception.InnerException is AddressInUseException or SocketException)
        {
            return CannotStart($"{exception.Message} Stop the other program or set ASPNETCORE_URLS to a free port.");
        }
    }

    private static int CannotStart(string reason)
    {
        Console.Error.WriteLine($"Cannot start. {reason}");
        return 1;
    }
}
