using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace B2BAssertions.IntegrationTests.DatabaseDefaultsTests;

/// <summary>The smallest database with a rule of its own: a note's text is there once.</summary>
internal abstract class NotesDbContext(DbContextOptions options) : DbContext(options)
{
    public DbSet<Note> Notes => Set<Note>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.Entity<Note>().HasIndex(note => note.Text).IsUnique();
}

internal sealed record Note(Guid Id, string Text);

internal sealed class SqliteNotesDbContext(DbContextOptions<SqliteNotesDbContext> options) : NotesDbContext(options);

internal sealed class PostgreSqlNotesDbContext(DbContextOptions<PostgreSqlNotesDbContext> options) : NotesDbContext(options);

internal abstract class CreateNotes : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            "Notes",
            table => new { Id = table.Column<Guid>(), Text = table.Column<string>() },
            constraints: table => table.PrimaryKey("PK_Notes", row => row.Id));
        migrationBuilder.CreateIndex("IX_Notes_Text", "Notes", "Text", unique: true);
    }
}

[DbContext(typeof(SqliteNotesDbContext))]
[Migration("20260101000000_CreateNotes")]
internal sealed class CreateSqliteNotes : CreateNotes;

[DbContext(typeof(PostgreSqlNotesDbContext))]
[Migration("20260101000000_CreateNotes")]
internal sealed class CreatePostgreSqlNotes : CreateNotes;
