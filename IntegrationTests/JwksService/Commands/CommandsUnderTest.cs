using System.Security.Cryptography;

using B2BAssertions.CommandLines;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.PartnerClientTests;
using B2BAssertions.Jose;
using B2BAssertions.JwksService.Commands;

using Microsoft.Extensions.Time.Testing;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests.Commands;

/// <summary>The command line with a registry, an authorization server and a folder with the operator's key.</summary>
internal sealed class CommandsUnderTest : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private CommandsUnderTest()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        KeyFile = WriteKey("operator.pem", key);
        Key = PublicJwk.FromKey(key);
        Issuer = new StubIssuer(Time, Key);
        Registry = new StubRegistryApi(Time, Issuer);
        Variables = new()
        {
            [GlobalOptions.RegistryVariable] = Registry.Address,
            [GlobalOptions.KeyFileVariable] = KeyFile,
        };
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 5, 4, 3, 2, 1, TimeSpan.Zero));

    public StubIssuer Issuer { get; }

    public StubRegistryApi Registry { get; }

    public string KeyFile { get; }

    public PublicJwk Key { get; }

    /// <summary>The environment, which names registry and key file.</summary>
    public Dictionary<string, string> Variables { get; }

    public static async Task<CommandsUnderTest> StartAsync()
    {
        var commands = new CommandsUnderTest();
        await commands.Issuer.StartAsync();
        await commands.Registry.StartAsync();
        return commands;
    }

    /// <summary>Types a command; the stubs speak plain http, so that is allowed.</summary>
    public Task<Typed> TypeAsync(params string[] args) => TypeExactlyAsync([.. args, GlobalOptions.AllowHttpName]);

    public async Task<Typed> TypeExactlyAsync(params string[] args)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var exitCode = await CommandLine.RunAsync(args, new Surroundings(output, error) { Variable = Variables.GetValueOrDefault, Time = Time });
        var typed = new Typed(exitCode, output.ToString(), error.ToString());

        // Whatever a test is about: neither tokens nor assertions are ever shown.
        var shown = typed.Output + typed.Error;
        Assert.DoesNotContain(StubIssuer.AccessToken, shown, StringComparison.Ordinal);
        Assert.All(Issuer.TokenRequests, form => Assert.DoesNotContain(form["client_assertion"].ToString(), shown, StringComparison.Ordinal));
        return typed;
    }

    /// <summary>The command ends well, and its one request to the API is returned.</summary>
    public async Task<StubRequest> TypeOneRequestAsync(params string[] args)
    {
        var typed = await TypeAsync(args);
        Assert.True(typed.ExitCode == 0, typed.Error);
        return Assert.Single(Registry.ApiRequests);
    }

    public string FileNamed(string name) => _directory.FileNamed(name);

    /// <summary>Writes a key file and, beside it, its password file.</summary>
    public string WriteKey(string name, AsymmetricAlgorithm key)
    {
        KeyFileMaker.Write(FileNamed(name), KeyFileMaker.Encrypt(key, KeyFileMaker.Password));
        KeyFileMaker.Write(Path.ChangeExtension(FileNamed(name), ".password"), KeyFileMaker.Password);
        return FileNamed(name);
    }

    public async ValueTask DisposeAsync()
    {
        await Registry.DisposeAsync();
        await Issuer.DisposeAsync();
        _directory.Dispose();
    }
}
