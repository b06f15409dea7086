using Microsoft.EntityFrameworkCore;

namespace B2BAssertions.OrdersApi.Database;

internal sealed class OrdersDbContext(DbContextOptions<OrdersDbContext> options) : DbContext(options)
{
    private const int MaxPartnerIdLength = 255;
    private const int MaxStatusLength = 20;
    private const int CurrencyLength = 3;
    private const int MaxSkuLength = 50;
    private const int MaxDescriptionLength = 200;

    public DbSet<OrderRow> Orders => Set<OrderRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<OrderRow>(order =>
        {
            order.ToTable("Orders");
            order.HasKey(row => row.Number);
            order.HasIndex(row => new { row.PartnerId, row.Number });
            order.Property(row => row.PartnerId).HasMaxLength(MaxPartnerIdLength);
            order.Property(row => row.Status).HasConversion<string>().HasMaxLength(MaxStatusLength);
            order.Property(row => row.Currency).HasMaxLength(CurrencyLength).IsFixedLength();
            order.HasMany(row => row.Lines).WithOne().HasForeignKey(line => line.OrderNumber);
        });
        modelBuilder.Entity<OrderLineRow>(line =>
        {
            line.ToTable("OrderLines");
            line.HasKey(row => new { row.OrderNumber, row.Number });
            line.Property(row => row.Sku).HasMaxLength(MaxSkuLength);
            line.Property(row => row.Description).HasMaxLength(MaxDescriptionLength);
            line.Property(row => row.UnitPrice).HasPrecision(18, 2);
        });
    }
}
