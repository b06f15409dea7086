using Microsoft.Extensions.Options;

namespace B2BAssertions.AuthorizationServer.Clients;

/// <summary>Brings the configured clients into the store before the first request is answered.</summary>
internal sealed class ClientRegistrar(IServiceScopeFactory scopes, IOptions<AuthorizationServerOptions> options) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<ClientStore>().ReplaceAllAsync(options.Value.Clients, cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
