using System.CommandLine;
using System.Text.Json;

using B2BAssertions.Jose;
using B2BAssertions.KeyFiles;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.JwksService.Commands;

/// <summary>One command as it was typed: its options, the registry it works with, and where it writes.</summary>
internal sealed class CommandRun(ParseResult typed, Surroundings surroundings) : IDisposable
{
    private readonly HttpExchange _http = new();

    public TextWriter Output => surroundings.Output;

    public TextWriter Error => surroundings.Error;

    public TimeProvider Time => surroundings.Time;

    public bool IsJson => typed.GetValue(GlobalOptions.Json);

    public T Get<T>(Argument<T> argument) => typed.GetRequiredValue(argument);

    public T? Get<T>(Option<T> option) => typed.GetValue(option);

    /// <summary>The registry, with an access token of the client's own.</summary>
    /// <exception cref="UsageException">An option is missing or of no use.</exception>
    /// <exception cref="CommandException">There is no access token.</exception>
    public async Task<RegistryClient> ConnectAsync(CancellationToken cancellationToken)
    {
        var (registry, transport) = ReadRegistry();
        var keyFile = Chosen(GlobalOptions.KeyFile, GlobalOptions.KeyFileVariable, "the private key to authenticate with");
        using var key = OpenKey(GlobalOptions.KeyFile, keyFile, GlobalOptions.KeyPasswordFile);
        var clientId = typed.GetRequiredValue(GlobalOptions.ClientId);

        // KR-07: whoever is not the operator is a partner, and reaches its own keys alone.
        var scope = typed.GetValue(GlobalOptions.Scope)
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

        return new PrivateKeyFile(Path.GetFullPath(file), fileSymbol.Name, password).Open();
    }

    /// <summary>A warning and no more: container platforms mount secrets with wider modes.</summary>
    public void WarnOfOpenFile(string what, string path) => Error.WriteLine(
        $"Warning: the {what} '{path}' is open to group or others. Unless your platform mounts it so: chmod 600.");

    /// <summary>The password file that was named, or the one beside the key file.</summary>
    /// <exception cref="UsageException">It is the key file.</exception>
    public PasswordFile PasswordFor(string keyFile, Option<string?> option)
    {
        var path = Path.GetFullPath(typed.GetValue(option) is { Length: > 0 } named ? named : PasswordFile.PathBeside(keyFile));
        return path == Path.GetFullPath(keyFile)
            ? throw new UsageException($"{option.Name}: key and password cannot be in one file. Name another.")
            : new PasswordFile(path, option.Name);
    }

    /// <summary>Shows one thing.</summary>
    public void Show(JsonElement answer, IReadOnlyList<Column> columns)
    {
        if (IsJson)
        {
            Output.WriteLine(answer.GetRawText());
        }
        else
        {
            TextTable.WriteBlock(Output, columns, answer);
        }
    }

    /// <summary>Shows the items of a list.</summary>
    public void ShowList(JsonElement answer, string member, IReadOnlyList<Column> columns)
    {
        if (IsJson)
        {
            Output.WriteLine(answer.GetRawText());
        }
        else
        {
            TextTable.WriteRows(Output, columns, RegistryClient.ItemsOf(answer, member));
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>Without a trailing slash, as the registry itself writes it.</summary>
    private (string Address, Transport Transport) ReadRegistry()
    {
        var registry = Chosen(GlobalOptions.Registry, GlobalOptions.RegistryVariable, "the registry's https address").TrimEnd('/');
        var transport = new Transport(typed.GetValue(GlobalOptions.AllowHttp));
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
        typed.GetValue(option) is { Length: > 0 } named ? named
        : surroundings.Variable(variable) is { Length: > 0 } preset ? preset
        : throw new UsageException($"{option.Name} is missing: expected {what}, here or in the environment variable {variable}.");
}
