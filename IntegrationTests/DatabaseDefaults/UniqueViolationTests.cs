using B2BAssertions.DatabaseDefaults;
using B2BAssertions.IntegrationTests.Hosting.Databases;

using Microsoft.EntityFrameworkCore;

using Xunit;

namespace B2BAssertions.IntegrationTests.DatabaseDefaultsTests;

public sealed class UniqueViolationTests
{
    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.PostgreSql)]
    public async Task A_row_that_is_there_already_is_told_from_other_failures(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await using var service = await NotesService.StartAsync(database.Settings);
        await service.AddAsync("once");

        var twice = await Assert.ThrowsAsync<DbUpdateException>(() => service.AddAsync("once"));
        var empty = await Assert.ThrowsAsync<DbUpdateException>(() => service.AddAsync(null!));

        Assert.True(twice.IsUniqueViolation());
        Assert.False(empty.IsUniqueViolation());
    }

    [Theory]
    [InlineData(DatabaseProvider.Sqlite)]
    [InlineData(DatabaseProvider.PostgreSql)]
    public async Task A_primary_key_that_is_there_already_is_one_too(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        await using var service = await NotesService.StartAsync(database.Settings);
        var id = Guid.NewGuid();
        await AddAsync("first");

        var twice = await Assert.ThrowsAsync<DbUpdateException>(() => AddAsync("second"));

        Assert.True(twice.IsUniqueViolation());

        Task<int> AddAsync(string text) => service.QueryAsync(notes =>
        {
            notes.Notes.Add(new Note(id, text));
            return notes.SaveChangesAsync();
        });
    }
}
