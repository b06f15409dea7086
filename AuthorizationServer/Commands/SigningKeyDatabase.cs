using System.Data.Common;

using B2BAssertions.AuthorizationServer.Database;
using B2BAssertions.AuthorizationServer.SigningKeys;
using B2BAssertions.CommandLines;
using B2BAssertions.ServiceDefaults;

using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace B2BAssertions.AuthorizationServer.Commands;

/// <summary>The service's database for one command. Nothing of the service is started, and nothing is made that is missing.</summary>
internal sealed class SigningKeyDatabase : IAsyncDisposable
{
    private readonly WebApplication _host;
    private readonly AsyncServiceScope _scope;

    private SigningKeyDatabase(WebApplication host)
    {
        _host = host;
        _scope = host.Services.CreateAsyncScope();
    }

    public TimeProvider Time => _host.Services.GetRequiredService<TimeProvider>();

    public SigningKeyStore Store => _scope.ServiceProvider.GetRequiredService<SigningKeyStore>();

    /// <exception cref="CommandException">There is no database, or the service has not brought it up to date.</exception>
    public static async Task<SigningKeyDatabase> OpenAsync(Action<WebApplicationBuilder>? configure, CancellationToken cancellationToken)
    {
        var database = new SigningKeyDatabase(Build(configure));
        try
        {
            await database.AssertReadyAsync(cancellationToken);
            return database;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _scope.DisposeAsync();
        await _host.DisposeAsync();
    }

    /// <summary>Of the settings only those of the keys count: a shell beside the service has no others.</summary>
    private static WebApplication Build(Action<WebApplicationBuilder>? configure)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        configure?.Invoke(builder);
        builder.Configuration.AddSecretFiles();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(DataDirectory.Locate(builder.Configuration, ServiceNames.AuthorizationServer));
        builder.AddAuthorizationDatabase();
        builder.Services.AddOptions<AuthorizationServerOptions>().BindConfiguration(AuthorizationServerOptions.Section);
        builder.Services.AddSingleton<IValidateOptions<AuthorizationServerOptions>, OnlySigningKeys>();
        builder.Services.AddSigningKeys();
        return builder.Build();
    }

    private async Task AssertReadyAsync(CancellationToken cancellationToken)
    {
        var database = _scope.ServiceProvider.GetRequiredService<AuthorizationDbContext>().Database;
        if (!await database.CanConnectAsync(cancellationToken))
        {
            throw CommandException.Failed(
                "database_unavailable",
                $"There is no database that can be opened{Where(database.GetDbConnection())}. Set {SettingNames.DataDirectory}, or Database__Provider "
                + "and ConnectionStrings__Database, as the service has them.");
        }

        if ((await database.GetPendingMigrationsAsync(cancellationToken)).Any())
        {
            throw CommandException.Failed(
                "database_not_ready",
                $"The database{Where(database.GetDbConnection())} is not up to date. Start the service once: it makes and changes the tables.");
        }
    }

    /// <summary>A file's name or a server's address; no other part of a connection string is shown.</summary>
    private static string Where(DbConnection connection) => connection.DataSource.Length > 0 ? $" at '{connection.DataSource}'" : "";

    private sealed class OnlySigningKeys : IValidateOptions<AuthorizationServerOptions>
    {
        public ValidateOptionsResult Validate(string? name, AuthorizationServerOptions options) =>
            SigningKeyOptionsValidator.Validate(options).ToList() is { Count: > 0 } failures
                ? ValidateOptionsResult.Fail(failures)
                : ValidateOptionsResult.Success;
    }
}
