using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace B2BAssertions.IntegrationTests.DatabaseDefaultsTests;

/// <summary>A service that is nothing but its database.</summary>
internal sealed class NotesService(RunningService running, TemporaryDirectory directory) : IAsyncDisposable
{
    public RunningService Running { get; } = running;

    public static Task<NotesService> StartAsync(
        IReadOnlyDictionary<string, string> settings,
        HealthStatus whenUnreachable = HealthStatus.Unhealthy,
        TimeProvider? time = null) =>
        StartAsync(
            settings,
            builder => builder.AddServiceDatabase<NotesDbContext, SqliteNotesDbContext, PostgreSqlNotesDbContext>(
                whenUnreachable: whenUnreachable),
            time);

    public static async Task<NotesService> StartAsync(
        IReadOnlyDictionary<string, string> settings,
        Action<WebApplicationBuilder> addDatabase,
        TimeProvider? time = null)
    {
        var directory = new TemporaryDirectory();
        using var address = new ReservedAddress();
        try
        {
            return new NotesService(await RunningService.StartAsync(Build, address, directory.Path, settings, time), directory);
        }
        catch
        {
            directory.Dispose();
            throw;
        }

        WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure)
        {
            var builder = WebApplication.CreateBuilder(args);
            configure?.Invoke(builder);
            builder.AddServiceDefaults("notes");
            addDatabase(builder);
            var app = builder.Build();
            app.UseServiceDefaults();
            return app;
        }
    }

    public async Task<T> QueryAsync<T>(Func<NotesDbContext, Task<T>> query)
    {
        await using var scope = Running.Services.CreateAsyncScope();
        return await query(scope.ServiceProvider.GetRequiredService<NotesDbContext>());
    }

    public Task<int> AddAsync(string text) => QueryAsync(database =>
    {
        database.Notes.Add(new Note(Guid.NewGuid(), text));
        return database.SaveChangesAsync();
    });

    public async ValueTask DisposeAsync()
    {
        await Running.DisposeAsync();
        directory.Dispose();
    }
}
