using System.Net;

using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.Hosting.Databases;

using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

using Xunit;

namespace B2BAssertions.IntegrationTests.DatabaseDefaultsTests;

/// <summary>A SQLite file that another program has locked, as a backup or somebody's console may: it costs what needs it, and nothing else.</summary>
public sealed class LockedFileTests : IAsyncLifetime
{
    /// <summary>Far more than there are threads.</summary>
    private const int Waiting = 300;

    private TestDatabase _database = null!;
    private NotesService _service = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        _service = await NotesService.StartAsync(_database.Settings);
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Writers_that_wait_take_no_thread_and_give_up_while_the_file_is_still_locked()
    {
        Task<Exception?>[] writers;
        await using (await LockAsync())
        {
            writers = [.. Enumerable.Range(0, Waiting).Select(number => Task.Run(async () => await Record.ExceptionAsync(() => _service.AddAsync($"note {number}"))))];

            using var alive = await _service.Running.Client.GetAsync(new Uri("/alive", UriKind.Relative), Cancellation);
            Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
            Assert.Equal(0, await CountAsync());
            Assert.DoesNotContain(writers, writer => writer.IsCompleted);

            Assert.All(await Task.WhenAll(writers), failure => Assert.True(failure!.IsDatabaseFailure(), $"{failure}"));
        }

        Assert.Equal(1, await _service.AddAsync("afterwards"));
        Assert.Equal(1, await CountAsync());
    }

    /// <summary>Of those that write at once none fails, and none waits for another's time.</summary>
    [Fact]
    public async Task Writers_of_one_service_take_turns()
    {
        Assert.All(
            await Task.WhenAll(Enumerable.Range(0, Waiting).Select(number => number % 2 == 0
                ? _service.AddAsync($"note {number}")
                : _service.QueryAsync(async database =>
                {
                    await using var transaction = await database.Database.BeginTransactionAsync(Cancellation);
                    database.Notes.Add(new Note(Guid.NewGuid(), $"note {number}"));
                    var added = await database.SaveChangesAsync(Cancellation);
                    if (number % 3 == 0)
                    {
                        await transaction.CommitAsync(Cancellation);
                    }

                    return added;
                }))),
            added => Assert.Equal(1, added));

        var committed = Enumerable.Range(0, Waiting).Count(number => number % 2 == 0 || number % 3 == 0);
        Assert.Equal(committed, await CountAsync());
    }

    private Task<int> CountAsync() => _service.QueryAsync(database => database.Notes.CountAsync(Cancellation));

    private async Task<SqliteConnection> LockAsync()
    {
        var other = new SqliteConnection($"{_database.ConnectionString};Pooling=False");
        await other.OpenAsync(Cancellation);
        await using var command = other.CreateCommand();
        command.CommandText = "BEGIN EXCLUSIVE";
        await command.ExecuteNonQueryAsync(Cancellation);
        return other;
    }
}
