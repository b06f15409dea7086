using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace B2BAssertions.JwksService.Database.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class RotationRequest : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "RotationReason",
                table: "PartnerKeys",
                type: "TEXT",
                maxLength: 500,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "RotationRequestedAt",
                table: "PartnerKeys",
                type: "INTEGER",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            // Not by a column operation of EF Core, which would rebuild the table outside of the migration's transaction.
            migrationBuilder.Sql(
                """
                ALTER TABLE "PartnerKeys" DROP COLUMN "RotationReason";
                ALTER TABLE "PartnerKeys" DROP COLUMN "RotationRequestedAt";
                """);
        }
    }
}
