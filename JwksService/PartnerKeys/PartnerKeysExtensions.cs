namespace B2BAssertions.JwksService.PartnerKeys;

internal static class PartnerKeysExtensions
{
    public static void AddPartnerKeys(this IServiceCollection services) => services.AddHostedService<ConfiguredPartners>();
}
