using Microsoft.AspNetCore.DataProtection;

namespace B2BAssertions.AuthorizationServer.SigningKeys;

internal static class SigningKeyServices
{
    public static void AddSigningKeys(this IServiceCollection services)
    {
        services.AddSingleton<CertificateFiles>();
        services.AddSingleton<SharedDataProtection>();
        services.AddSingleton<SigningKeyRing>();
        services.AddSingleton<SigningKeyLoader>();
        services.AddScoped<SigningKeyStore>();
        services.AddHostedService<SigningKeyRefresh>();
        services.AddHealthChecks().AddCheck<SigningKeyHealth>("signing-keys");
    }

    /// <summary>
    /// ASP.NET Core's authentication asks for Data Protection and protects nothing here. Left alone, it would make a key in the user's home
    /// at every first start.
    /// </summary>
    public static void KeepNoDataProtectionKeys(this IServiceCollection services)
    {
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        foreach (var makesKeys in services.Where(IsDataProtectionAtStart).ToList())
        {
            services.Remove(makesKeys);
        }
    }

    private static bool IsDataProtectionAtStart(ServiceDescriptor service) =>
        service.ServiceType == typeof(IHostedService) && service.ImplementationType?.Assembly == typeof(DataProtectionBuilderExtensions).Assembly;
}
