using System.CommandLine;
using System.Text.Json;

using B2BAssertions.CommandLines;
using B2BAssertions.Jose;
using B2BAssertions.KeyFiles;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.JwksService.Commands;

/// <summary>One command as it was typed, with the registry it works with.</summary>
internal sealed class RegistryRun(ParseResult typed, Surroundings surroundings) : CommandRun(typed, surroundings, GlobalOptions.Json)
{
    private readonly HttpExchange _http = new();

    /// <summary>The registry, with an access token of the client's own.</summary>
    /// <exception cref="UsageException">An option is missing or of no use.</exception>
    /// <exception cref="CommandException">There is no access token.</exception>
    public async Task<RegistryClient> ConnectAsync(CancellationToken cancellationToken)
    {
        var (registry, transport) = ReadRegistry();
        var keyFile = Chosen(GlobalOptions.KeyFile, GlobalOptions.KeyFileVariable, "the private key to authenticate with");
        using var key = OpenKey(GlobalOptions.KeyFile, keyFile, GlobalOptions.KeyPasswordFile);
        var clientId = Get(GlobalOptions.ClientId)!;

        // KR-07: whoever is not the operator is a partner, and reaches its own keys alone.
        var scope = Get(GlobalOptions.Scope)
            ?? (clientId == SystemSettings.OperatorClientId ? SystemSettings.PartnersManageScope : SystemSettings.KeysScope);
        var token = await new AccessTokenRequest(_http, transport, Time).SendAsync(registry, clientId, scope, key, cancellationToken);
        return new RegistryClient(_http, registry, token);
    }

    /// <summary>The registry, with an enrolment token.</summary>
    /// <exception cref="UsageException">An option is missing or of no use.</exception>
    public RegistryClient ConnectWith(string enrolmentToken) => new(_http, ReadRegistry().Address, enrolmentToken);

    /// <exception cref="UsageException">The password file is the key file.</exception>
    public SigningKey OpenKey(Symbol fileSymbol, string file, Option<string?> passwordOption)
    {
        var password = PasswordFor(file, passwordOption);
        if (password.IsOpenToOthers())
        {
            WarnOfOpenFile("password file", password.Path);
        }

        var key = new PrivateKeyFile(Path.GetFullPath(file), fileSymbol.Name, password);
        if (key.IsOpenToOwnGroup())
        {
            WarnOfOpenFile("key file", key.Path);
        }

        return key.Open();
    }

    /// <summary>The password file that was named, or the one beside the key file.</summary>
    /// <exception cref="UsageException">It is the key file.</exception>
    public PasswordFile PasswordFor(string keyFile, Option<string?> option)
    {
        var path = Path.GetFullPath(Get(option) is { Length: > 0 } named ? named : PasswordFile.PathBeside(keyFile));
        return path == Path.GetFullPath(keyFile)
            ? throw new UsageException($"{option.Name}: key and password cannot be in one file. Name another.")
            : new PasswordFile(path, option.Name);
    }

    /// <summary>Shows the items of a list.</summary>
    public void ShowList(JsonElement answer, string member, IReadOnlyList<Column> columns) =>
        ShowList(answer, list => RegistryClient.ItemsOf(list, member), columns);

    public override ValueTask DisposeAsync()
    {
        _http.Dispose();
        return base.DisposeAsync();
    }

    /// <summary>Without a trailing slash, as the registry itself writes it.</summary>
    private (string Address, Transport Transport) ReadRegistry()
    {
        var registry = Chosen(GlobalOptions.Registry, GlobalOptions.RegistryVariable, "the registry's https address").TrimEnd('/');
        var transport = new Transport(Get(GlobalOptions.AllowHttp));
        if (transport.Check(GlobalOptions.Registry.Name, registry) is { } fault)
        {
            throw new UsageException(fault);
        }

        // A registry with https names no server without it: so nothing goes over http unless this warning was written.
        if (Transport.HttpsOnly.Accepts(registry))
        {
            return (registry, Transport.HttpsOnly);
        }

        Error.WriteLine($"Warning: {GlobalOptions.AllowHttpName}: over http, assertions and tokens can be read on the wire.");
        return (registry, transport);
    }

    private string Chosen(Option<string?> option, string variable, string what) =>
        Get(option) is { Length: > 0 } named ? named
        : Surroundings.Variable(variable) is { Length: > 0 } preset ? preset
        : throw new UsageException($"{option.Name} is missing: expected {what}, here or in the environment variable {variable}.");
}
