using System.CommandLine;

using B2BAssertions.CommandLines;
using B2BAssertions.PartnerClient.AccessTokens;
using B2BAssertions.PartnerClient.Flow;
using B2BAssertions.PartnerClient.KeyPair;
using B2BAssertions.PartnerClient.Rotation;

namespace B2BAssertions.PartnerClient.Commands;

/// <summary>One command as it was typed, with the parts of the worker that it works with.</summary>
internal sealed class PartnerRun(ParseResult typed, Surroundings surroundings, CommandHost host)
    : CommandRun(typed, surroundings, Globals.Json)
{
    private WebApplication? _parts;

    /// <summary>Whether standard output is a terminal, where a person reads it.</summary>
    public bool IsOutputTerminal => Surroundings.IsOutputTerminal;

    /// <summary>The worker's own, made when they are first asked for.</summary>
    public IServiceProvider Services => (_parts ??= host.Build(adjust: null)).Services;

    public Stream OpenInput() => Surroundings.OpenInput();

    public T Part<T>()
        where T : notnull => Services.GetRequiredService<T>();

    /// <summary>Has the parts made otherwise than the worker's; before any of them is asked for.</summary>
    public void Adjust(Action<WebApplicationBuilder> adjust) =>
        _parts = _parts is null ? host.Build(adjust) : throw new InvalidOperationException("The parts are made already.");

    /// <summary>Has other scopes asked for than the settings say; before any of the parts is asked for.</summary>
    /// <param name="scope">Null for what the settings say.</param>
    public void AskFor(string? scope, Action<WebApplicationBuilder>? adjust = null) => Adjust(builder =>
    {
        if (scope is not null)
        {
            builder.Configuration[$"{PartnerClientOptions.Section}:{nameof(PartnerClientOptions.Scope)}"] = scope;
        }

        adjust?.Invoke(builder);
    });

    /// <summary>
    /// Opens the key that the parts sign with. A command makes none on the way to something else: it would be one that nobody has registered.
    /// </summary>
    /// <exception cref="CommandException">There is none.</exception>
    public KeyRing OpenKey()
    {
        var ring = Part<KeyRing>();
        if (ring.IsEmpty)
        {
            var store = Part<IKeyStore>();
            throw CommandException.Failed(
                "key_missing",
                $"There is no key at '{store.Describe(store.ConfiguredName)}'. Set DataDirectory and PartnerClient:KeyFile as the worker has them; "
                + "for a first key: PartnerClient keys generate.");
        }

        ring.Open();
        return ring;
    }

    /// <exception cref="CommandException">There is none.</exception>
    public async Task<AccessToken> GetTokenAsync(CancellationToken cancellationToken) =>
        (await Part<IAccessTokenSource>().GetAsync(cancellationToken)).TryGetToken(out var token, out var failure)
            ? token
            : throw FlowFailures.NoToken(failure, Part<TimeProvider>()).ToException();

    public override async ValueTask DisposeAsync()
    {
        if (_parts is not null)
        {
            await _parts.DisposeAsync();
        }

        await base.DisposeAsync();
    }
}
