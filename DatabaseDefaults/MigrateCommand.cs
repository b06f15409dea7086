using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace B2BAssertions.DatabaseDefaults;

/// <summary>
/// <c>migrate</c>: what a service does first when it starts, alone. With it the role that owns the tables is known to a job that ends, and not
/// to the service.
/// </summary>
public static class MigrateCommand
{
    public const string Name = "migrate";

    public const string Description =
        "Brings the service's database up to date, with the service's settings, and ends: for a job that knows the role that owns the tables.";

    /// <param name="build">The service, which is not started.</param>
    /// <returns>Exit code: 0 up to date, 1 failed.</returns>
    public static Task<int> RunAsync(Func<WebApplication> build, TextWriter error, CancellationToken cancellationToken) =>
        ServiceRunner.RunOnceAsync(
            build, app => app.Services.GetRequiredService<IDatabaseMigrator>().MigrateAsync(cancellationToken), error);
}
