using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace B2BAssertions.OrdersApi.Database.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class RandomOrderIds : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "Id",
                table: "Orders",
                type: "TEXT",
                maxLength: 40,
                nullable: false,
                defaultValue: "");

            // What partners hold goes on to be found.
            migrationBuilder.Sql("""UPDATE "Orders" SET "Id" = 'ord-' || "Number" """);

            migrationBuilder.CreateIndex(
                name: "IX_Orders_PartnerId_Id",
                table: "Orders",
                columns: new[] { "PartnerId", "Id" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Orders_PartnerId_Id",
                table: "Orders");

            migrationBuilder.DropColumn(
                name: "Id",
                table: "Orders");
        }
    }
}
