using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace B2BAssertions.JwksService.Database.Migrations.PostgreSql
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
                type: "character varying(500)",
                maxLength: 500,
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "RotationRequestedAt",
                table: "PartnerKeys",
                type: "bigint",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "RotationReason",
                table: "PartnerKeys");

            migrationBuilder.DropColumn(
                name: "RotationRequestedAt",
                table: "PartnerKeys");
        }
    }
}
