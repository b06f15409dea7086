using System.Net.Http.Json;
using System.Text.Json;
using System.Xml.Linq;

using B2BAssertions.AuthorizationServer.Database;
using B2BAssertions.AuthorizationServer.SigningKeys;
using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.Hosting;

using Microsoft.AspNetCore.DataProtection.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests.SigningKeys;

/// <summary>An authorization server whose signing keys are watched, replicas of it on the same database, and a clock that stands still.</summary>
internal sealed class SigningKeySystem : IAsyncDisposable
{
    public static readonly TimeSpan RotateEvery = TimeSpan.FromDays(90);
    public static readonly TimeSpan PublishAhead = TimeSpan.FromMinutes(10);
    public static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly List<RunningService> _replicas = [];

    private SigningKeySystem(TokenEndpointFixture fixture) => Fixture = fixture;

    public TokenEndpointFixture Fixture { get; }

    public RunningService Server => Fixture.Server;

    public static async Task<SigningKeySystem> StartAsync(DatabaseProvider provider, params (string Name, string Value)[] settings) =>
        new(await TokenEndpointFixture.StartOnAsync(provider, settings));

    /// <summary>One more server on the same database.</summary>
    public async Task<RunningService> StartReplicaAsync(params (string Name, string Value)[] settings)
    {
        if (!Server.IsStopped)
        {
            await NoteActivityAsync();
        }

        using var address = new ReservedAddress();
        var replica = await RunningService.StartAsync(
            AuthorizationServer.Program.Build, address, Fixture.DataDirectory, Fixture.Settings(settings), Fixture.Time);
        lock (_replicas)
        {
            _replicas.Add(replica);
        }

        return replica;
    }

    /// <summary>
    /// What a running server writes down every few seconds. These tests let its clock jump, and after that a new one would take the database for
    /// a restored backup (AS-10).
    /// </summary>
    private async Task NoteActivityAsync()
    {
        await using var scope = Server.Services.CreateAsyncScope();
        var now = Fixture.Time.GetUtcNow().ToUnixTimeMilliseconds();
        await scope.ServiceProvider.GetRequiredService<AuthorizationDbContext>().LastActivity
            .ExecuteUpdateAsync(activity => activity.SetProperty(it => it.At, now));
    }

    /// <summary>A long time passes, at whose end the servers look at their keys once.</summary>
    public void Pass(TimeSpan time)
    {
        if (time > SigningKeyRefresh.Interval)
        {
            Fixture.Time.AdjustTime(Fixture.Time.GetUtcNow() + time - SigningKeyRefresh.Interval);
            time = SigningKeyRefresh.Interval;
        }

        Fixture.Time.Advance(time);
    }

    public static Task<JsonElement> JwksAsync(RunningService server) => JwksAsync(server.Client);

    /// <summary>The kids of the key set, in its order.</summary>
    public static Task<string[]> KidsAsync(RunningService server) => KidsAsync(server.Client);

    /// <inheritdoc cref="KidsAsync(RunningService)"/>
    public static async Task<string[]> KidsAsync(HttpClient server) =>
        [.. (await JwksAsync(server)).GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString()!)];

    /// <summary>Waits until the server publishes this many keys.</summary>
    public static Task<string[]> KidsAsync(RunningService server, int count) => WaitFor.StateAsync(
        $"{count} published keys", async () => await KidsAsync(server) is var kids && kids.Length == count ? kids : null);

    /// <summary>Waits until the server publishes these keys and no other.</summary>
    public static Task AssertPublishesAsync(RunningService server, params string[] kids) => WaitFor.StateAsync(
        $"the keys {string.Join(", ", kids)} published", async () => (await KidsAsync(server)).SequenceEqual(kids) ? kids : null);

    public async Task<string> TokenAsync(RunningService server)
    {
        var answer = await TokenEndpointFixture.PostAsync(server, Fixture.MakerA.Make());
        Assert.Equal(200, answer.Status);
        return answer.AccessToken!;
    }

    /// <summary>The key that signs a token right now.</summary>
    public async Task<string> SigningKidAsync(RunningService server) => new JsonWebToken(await TokenAsync(server)).Kid;

    /// <summary>Whether an API that reads the key set now accepts the token's signature.</summary>
    public static Task<bool> IsSignatureValidAsync(RunningService server, string token) => IsSignatureValidAsync(server.Client, token);

    /// <inheritdoc cref="IsSignatureValidAsync(RunningService, string)"/>
    public static async Task<bool> IsSignatureValidAsync(HttpClient server, string token)
    {
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidateLifetime = false,
            ValidateAudience = false,
            ValidateIssuer = false,
            IssuerSigningKeys = new JsonWebKeySet((await JwksAsync(server)).GetRawText()).Keys,
        });
        return result.IsValid;
    }

    private static Task<JsonElement> JwksAsync(HttpClient server) =>
        server.GetFromJsonAsync<JsonElement>("/.well-known/jwks", TestContext.Current.CancellationToken);

    public Task<ServerSigningKey> RotateAsync(bool signsNow = false, RunningService? on = null) =>
        WithStoreAsync(store => store.RotateAsync(signsNow, TestContext.Current.CancellationToken), on);

    public Task WithdrawAsync(string kid) => WithStoreAsync(store => store.WithdrawAsync(kid, TestContext.Current.CancellationToken));

    public Task<List<ServerSigningKey>> RowsAsync() => WithDatabaseAsync(database =>
        database.ServerSigningKeys.AsNoTracking().OrderBy(key => key.Generation).ToListAsync(TestContext.Current.CancellationToken));

    public Task<List<DataProtectionKey>> DataProtectionKeysAsync() => WithDatabaseAsync(database =>
        database.DataProtectionKeys.AsNoTracking().OrderBy(key => key.Id).ToListAsync(TestContext.Current.CancellationToken));

    /// <summary>Dates the data protection keys otherwise: when the present is not between them, a new key is made for what is protected next.</summary>
    public Task<int> DateDataProtectionKeysAsync(string activation, string expiration) => WithDatabaseAsync(async database =>
    {
        foreach (var key in await database.DataProtectionKeys.ToListAsync(TestContext.Current.CancellationToken))
        {
            var xml = XElement.Parse(key.Xml!);
            xml.SetElementValue("creationDate", activation);
            xml.SetElementValue("activationDate", activation);
            xml.SetElementValue("expirationDate", expiration);
            key.Xml = xml.ToString(SaveOptions.DisableFormatting);
        }

        return await database.SaveChangesAsync(TestContext.Current.CancellationToken);
    });

    public Task AddDataProtectionRowAsync(string xml) => WithDatabaseAsync(async database =>
    {
        database.DataProtectionKeys.Add(new DataProtectionKey { FriendlyName = "of a test", Xml = xml });
        return await database.SaveChangesAsync(TestContext.Current.CancellationToken);
    });

    public Task<int> RemoveDataProtectionRowsOfTestsAsync() => WithDatabaseAsync(database => database.DataProtectionKeys
        .Where(key => key.FriendlyName == "of a test").ExecuteDeleteAsync(TestContext.Current.CancellationToken));

    /// <summary>Somebody changes a row: the key in it is not the one that it names.</summary>
    public Task<int> RenameAsync(string kid, string another) => WithDatabaseAsync(database => database.ServerSigningKeys
        .Where(key => key.KeyId == kid)
        .ExecuteUpdateAsync(set => set.SetProperty(key => key.KeyId, another), TestContext.Current.CancellationToken));

    /// <summary>What <c>/health</c> answers.</summary>
    public static async Task<(int Status, string Text)> HealthAsync(RunningService server)
    {
        using var answer = await server.Client.GetAsync("/health", TestContext.Current.CancellationToken);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>As a database is that was migrated and never used.</summary>
    public Task<int> ForgetAllKeysAsync() => WithDatabaseAsync(async database =>
        await database.ServerSigningKeys.ExecuteDeleteAsync(TestContext.Current.CancellationToken)
        + await database.DataProtectionKeys.ExecuteDeleteAsync(TestContext.Current.CancellationToken));

    public async Task<T> WithDatabaseAsync<T>(Func<AuthorizationDbContext, Task<T>> use)
    {
        await using var scope = Server.Services.CreateAsyncScope();
        return await use(scope.ServiceProvider.GetRequiredService<AuthorizationDbContext>());
    }

    public async Task<T> WithStoreAsync<T>(Func<SigningKeyStore, Task<T>> use, RunningService? server = null)
    {
        await using var scope = (server ?? Server).Services.CreateAsyncScope();
        return await use(scope.ServiceProvider.GetRequiredService<SigningKeyStore>());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var replica in _replicas)
        {
            await replica.DisposeAsync();
        }

        await Fixture.DisposeAsync();
    }
}
