using System.Data.Common;
using System.Diagnostics.Metrics;
using System.Net.Sockets;

using B2BAssertions.AuthorizationServer.ClientJwks;
using B2BAssertions.AuthorizationServer.Database;
using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.Hosting;

using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

using Xunit;

namespace B2BAssertions.IntegrationTests.AuthorizationServerTests;

/// <summary>Errors that nobody foresaw end neither the service nor the pause between fetches.</summary>
public sealed class FetchErrorTests
{
    private static readonly Dictionary<string, Exception> Errors = new()
    {
        ["a bare SocketException"] = new SocketException((int)SocketError.HostNotFound),
        ["a deep chain"] = new InvalidOperationException("outer", new InvalidOperationException("middle", new TimeoutException("inner"))),
        ["no error of a database"] = new NotSupportedException("anything"),
    };

    [Theory]
    [Trait("Rule", "JW-03")]
    [Trait("Rule", "JW-07")]
    [InlineData("a bare SocketException")]
    [InlineData("a deep chain")]
    [InlineData("no error of a database")]
    public async Task Whatever_the_database_throws_fetches_keep_their_pause_and_the_set_is_stored_later(string error)
    {
        var connections = new FaultyConnections();
        await using var fixture = await TokenEndpointFixture.StartOnAsync(
            DatabaseProvider.Sqlite,
            services => services.ConfigureDbContext<SqliteAuthorizationDbContext>(options => options.AddInterceptors(connections)));
        connections.Error = Errors[error];

        fixture.JwksA.Status = StatusCodes.Status500InternalServerError;
        Assert.Equal("jwks_unavailable", (await LastGoodJwksSteps.ResolveAsync(fixture)).Fault?.Code);
        Assert.Equal("jwks_unavailable", (await LastGoodJwksSteps.ResolveAsync(fixture)).Fault?.Code);
        Assert.Equal(1, fixture.JwksA.Requests);

        fixture.JwksA.Status = StatusCodes.Status200OK;
        fixture.Time.Advance(RetryPause.Shortest);
        Assert.NotNull((await LastGoodJwksSteps.ResolveAsync(fixture)).Value);
        await WaitFor.StateAsync("it is told", () => LastGoodJwksSteps.LinesWith(fixture.Server, "", "cannot be stored").FirstOrDefault());

        connections.Error = null;
        fixture.Time.Advance(JwksFreshness.WhenUnstated);
        Assert.NotNull((await LastGoodJwksSteps.ResolveAsync(fixture)).Value);
        await WaitFor.StateAsync("the set is stored", () => LastGoodJwksSteps.RowAsync(fixture.Server));
    }

    [Fact]
    [Trait("Rule", "JW-07")]
    public async Task An_error_within_a_fetch_is_a_failed_fetch_and_so_has_a_pause()
    {
        await using var fixture = await TokenEndpointFixture.StartAsync();
        using (ThrowWhenFetchesAreCounted(fixture))
        {
            var answer = await fixture.SendAsync(fixture.MakerA.Make());
            Assert.Equal((503, "temporarily_unavailable"), (answer.Status, answer.Error));
            Assert.Equal(503, (await fixture.SendAsync(fixture.MakerA.Make())).Status);
            Assert.Equal(1, fixture.JwksA.Requests);
            Assert.Single(LastGoodJwksSteps.LinesWith(fixture.Server, "Error ", "met an error that it should not meet"));
            Assert.Single(LastGoodJwksSteps.LinesWith(fixture.Server, "Warning ", "jwks_fetch_failed"));
        }

        fixture.Time.Advance(RetryPause.Shortest);
        Assert.Equal(200, (await fixture.SendAsync(fixture.MakerA.Make())).Status);
    }

    /// <summary>As an exporter of metrics might.</summary>
    private static MeterListener ThrowWhenFetchesAreCounted(TokenEndpointFixture fixture)
    {
        var factory = fixture.Server.Services.GetRequiredService<IMeterFactory>();
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, it) =>
            {
                if (instrument.Name == "b2b.client_jwks.fetches" && instrument.Meter.Scope == factory)
                {
                    it.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => throw new NotSupportedException("a listener's own error"));
        listener.Start();
        return listener;
    }

    private sealed class FaultyConnections : DbConnectionInterceptor
    {
        public Exception? Error { get; set; }

        public override ValueTask<InterceptionResult> ConnectionOpeningAsync(
            DbConnection connection,
            ConnectionEventData eventData,
            InterceptionResult result,
            CancellationToken cancellationToken = default) => Error is null ? ValueTask.FromResult(result) : throw Error;
    }
}
