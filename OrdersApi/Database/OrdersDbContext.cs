using B2BAssertions.DatabaseDefaults;
using B2BAssertions.OrdersApi.Orders;
using B2BAssertions.ResourceServer;

using Microsoft.EntityFrameworkCore;

namespace B2BAssertions.OrdersApi.Database;

/// <summary>The partners' orders. The migrations belong to the contexts of the two providers; all other code uses this one.</summary>
internal abstract class OrdersDbContext(DbContextOptions options) : DbContext(options)
{
    private const int MaxStatusLength = 20;

    public DbSet<OrderRow> Orders => Set<OrderRow>();

    public DbSet<IdempotencyKeyRow> IdempotencyKeys => Set<IdempotencyKeyRow>();

    /// <summary>RS-06: what a partner reaches starts here. Whole orders, to be looked at.</summary>
    public IQueryable<OrderRow> OrdersOf(string partnerId) =>
        Orders.AsNoTracking().Include(order => order.Lines).Where(order => order.PartnerId == partnerId);

    /// <returns>The number of that order, 0 where none is asked for; null when the partner has no such order.</returns>
    public async Task<long?> NumberOfAsync(string partnerId, OrderId? id, CancellationToken cancellationToken) =>
        id is { Value: var value }
            ? await Orders.Where(order => order.PartnerId == partnerId && order.Id == value)
                .Select(order => (long?)order.Number)
                .SingleOrDefaultAsync(cancellationToken)
            : 0;

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<OrderRow>(order =>
        {
            order.ToTable("Orders");
            order.HasKey(row => row.Number);
            order.HasIndex(row => new { row.PartnerId, row.Number });
            order.HasIndex(row => new { row.PartnerId, row.Id }).IsUnique();
            order.Property(row => row.Id).HasMaxLength(OrderId.MaxLength).IsRequired();
            order.Property(row => row.PartnerId).HasMaxLength(CurrentClient.MaxClientIdLength);
            order.Property(row => row.Status).HasConversion<string>().HasMaxLength(MaxStatusLength);
            order.Property(row => row.Currency).HasMaxLength(NewOrder.CurrencyLength).IsFixedLength();
            order.Property(row => row.Version).IsConcurrencyToken();
            order.HasMany(row => row.Lines).WithOne().HasForeignKey(line => line.OrderNumber);
        });
        modelBuilder.Entity<OrderLineRow>(line =>
        {
            line.ToTable("OrderLines");
            line.HasKey(row => new { row.OrderNumber, row.Number });
            line.Property(row => row.Sku).HasMaxLength(NewOrderLine.MaxSkuLength);
            line.Property(row => row.Description).HasMaxLength(NewOrderLine.MaxDescriptionLength);
            line.Property(row => row.UnitPrice).HasPrecision(18, NewOrderLine.PriceDecimals);
        });
        modelBuilder.Entity<IdempotencyKeyRow>(key =>
        {
            key.ToTable("IdempotencyKeys");
            key.HasKey(row => new { row.PartnerId, row.Key });
            key.Property(row => row.PartnerId).HasMaxLength(CurrentClient.MaxClientIdLength);
            key.Property(row => row.Key).HasMaxLength(IdempotencyKey.MaxLength);
            key.Property(row => row.ExpiresAt).HasConversion<UnixMilliseconds>();
            key.HasIndex(row => row.ExpiresAt);
            key.HasOne(row => row.Order).WithMany().HasForeignKey(row => row.OrderNumber);
        });
    }
}
