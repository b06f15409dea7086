using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace B2BAssertions.JwksService.Database.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Registry : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // What a state said is now said by the times. Not by column operations of EF Core: those rebuild the table, outside of the
            // migration's transaction, so a process killed in between would leave half a migration.
            migrationBuilder.Sql(
                """
                ALTER TABLE "PartnerKeys" ADD COLUMN "ActivatesAt" INTEGER NOT NULL DEFAULT 0;
                UPDATE "PartnerKeys" SET "ActivatesAt" = coalesce("ActivatedAt", "CreatedAt");
                UPDATE "PartnerKeys" SET "RetiresAt" = "CreatedAt" WHERE "State" = 'Retired' AND "RetiresAt" IS NULL;
                UPDATE "PartnerKeys" SET "RevokedAt" = "CreatedAt" WHERE "State" = 'Revoked' AND "RevokedAt" IS NULL;
                ALTER TABLE "PartnerKeys" DROP COLUMN "ActivatedAt";
                ALTER TABLE "PartnerKeys" DROP COLUMN "State";
                """);

            migrationBuilder.AddColumn<string>(
                name: "Contact",
                table: "Partners",
                type: "TEXT",
                maxLength: 200,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "Revision",
                table: "Partners",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<long>(
                name: "SuspendedAt",
                table: "Partners",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "SuspensionReason",
                table: "Partners",
                type: "TEXT",
                maxLength: 500,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "RevocationReason",
                table: "PartnerKeys",
                type: "TEXT",
                maxLength: 500,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "AuditRecords",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    ClientId = table.Column<string>(type: "TEXT", nullable: false),
                    At = table.Column<long>(type: "INTEGER", nullable: false),
                    ActorKind = table.Column<string>(type: "TEXT", maxLength: 30, nullable: false),
                    Actor = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    Action = table.Column<string>(type: "TEXT", maxLength: 30, nullable: false),
                    KeyId = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    Detail = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: true),
                    Address = table.Column<string>(type: "TEXT", maxLength: 64, nullable: true),
                    TraceId = table.Column<string>(type: "TEXT", maxLength: 32, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_AuditRecords", x => x.Id);
                    table.ForeignKey(
                        name: "FK_AuditRecords_Partners_ClientId",
                        column: x => x.ClientId,
                        principalTable: "Partners",
                        principalColumn: "ClientId",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "IX_AuditRecords_ClientId_Id",
                table: "AuditRecords",
                columns: new[] { "ClientId", "Id" });

            // KR-09: records are added and nothing else. A REPLACE would delete without asking a delete trigger.
            migrationBuilder.Sql(
                """
                CREATE TRIGGER "AuditRecords_NoUpdate" BEFORE UPDATE ON "AuditRecords"
                BEGIN SELECT RAISE(ABORT, 'audit records are append-only'); END;
                CREATE TRIGGER "AuditRecords_NoDelete" BEFORE DELETE ON "AuditRecords"
                BEGIN SELECT RAISE(ABORT, 'audit records are append-only'); END;
                CREATE TRIGGER "AuditRecords_NoReplace" BEFORE INSERT ON "AuditRecords"
                WHEN EXISTS (SELECT 1 FROM "AuditRecords" WHERE "Id" = NEW."Id")
                BEGIN SELECT RAISE(ABORT, 'audit records are append-only'); END;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            // A key that was taken away must not come back with the older version, which knows states alone and no suspension.
            migrationBuilder.AddColumn<string>(
                name: "State",
                table: "PartnerKeys",
                type: "TEXT",
                maxLength: 20,
                nullable: false,
                defaultValue: "Active");

            migrationBuilder.Sql(
                """
                UPDATE "PartnerKeys" SET "State" = 'Pending' WHERE "ActivatesAt" > CAST(strftime('%s', 'now') AS INTEGER) * 1000;
                UPDATE "PartnerKeys" SET "State" = 'Retiring' WHERE "RetiresAt" IS NOT NULL;
                UPDATE "PartnerKeys" SET "State" = 'Retired' WHERE "RetiresAt" <= CAST(strftime('%s', 'now') AS INTEGER) * 1000
                OR "ClientId" IN (SELECT "ClientId" FROM "Partners" WHERE "SuspendedAt" IS NOT NULL);
                UPDATE "PartnerKeys" SET "State" = 'Revoked' WHERE "RevokedAt" IS NOT NULL;
                """);

            migrationBuilder.DropTable(
                name: "AuditRecords");

            migrationBuilder.DropColumn(
                name: "Contact",
                table: "Partners");

            migrationBuilder.DropColumn(
                name: "Revision",
                table: "Partners");

            migrationBuilder.DropColumn(
                name: "SuspendedAt",
                table: "Partners");

            migrationBuilder.DropColumn(
                name: "SuspensionReason",
                table: "Partners");

            migrationBuilder.DropColumn(
                name: "RevocationReason",
                table: "PartnerKeys");

            migrationBuilder.RenameColumn(
                name: "ActivatesAt",
                table: "PartnerKeys",
                newName: "ActivatedAt");

            migrationBuilder.AlterColumn<long>(
                name: "ActivatedAt",
                table: "PartnerKeys",
                type: "INTEGER",
                nullable: true,
                oldClrType: typeof(long),
                oldType: "INTEGER");
        }
    }
}
