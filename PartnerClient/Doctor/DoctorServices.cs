using B2BAssertions.PartnerClient.AccessTokens;
using B2BAssertions.PartnerClient.Doctor.Servers;
using B2BAssertions.PartnerClient.Http;

namespace B2BAssertions.PartnerClient.Doctor;

internal static class DoctorServices
{
    /// <summary>What the doctor has beside the worker's parts, whose token requests show it the certificates that they meet.</summary>
    public static void AddDoctor(this IServiceCollection services)
    {
        services.AddSingleton<Examination>();
        services.AddSingleton<Facts>();
        services.AddSingleton<ServerCertificates>();
        services.AddSingleton<ServerDocuments>();
        services.AddSingleton<ServerFaults>();
        services.AddHttpClient<Probe>(http => http.MaxResponseContentBufferSize = Requests.MaxBodyBytes)
            .AddHttpMessageHandler(provider => new ReceptionRecorder(provider.GetRequiredService<TimeProvider>()))
            .ConfigurePrimaryHttpMessageHandler(CreateHandler);
        services.AddHttpClient(PartnerAccessTokens.HttpClientName).ConfigurePrimaryHttpMessageHandler(CreateHandler);
    }

    private static SocketsHttpHandler CreateHandler(IServiceProvider provider) =>
        provider.GetRequiredService<ServerCertificates>().CreateHandler();
}
