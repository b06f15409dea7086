using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace B2BAssertions.JwksService.Database.Migrations.PostgreSql
{
    /// <inheritdoc />
    public partial class KeyHistory : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateIndex(
                name: "IX_PartnerKeys_ClientId_CreatedAt",
                table: "PartnerKeys",
                columns: new[] { "ClientId", "CreatedAt" });

            migrationBuilder.CreateIndex(
                name: "IX_PartnerKeys_ClientId_RetiresAt",
                table: "PartnerKeys",
                columns: new[] { "ClientId", "RetiresAt" },
                filter: "\"RevokedAt\" IS NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_PartnerKeys_ClientId_CreatedAt",
                table: "PartnerKeys");

            migrationBuilder.DropIndex(
                name: "IX_PartnerKeys_ClientId_RetiresAt",
                table: "PartnerKeys");
        }
    }
}
