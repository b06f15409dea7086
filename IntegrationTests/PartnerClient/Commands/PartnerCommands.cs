using System.Security.Cryptography;
using System.Text;

using B2BAssertions.CommandLines;
using B2BAssertions.IntegrationTests.Hosting;
using B2BAssertions.IntegrationTests.JwksServiceTests.Commands;
using B2BAssertions.Jose;
using B2BAssertions.PartnerClient.Commands;
using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

using Xunit;

namespace B2BAssertions.IntegrationTests.PartnerClientTests.Commands;

/// <summary>The command line with the three servers, and a key that the registry publishes.</summary>
internal sealed class PartnerCommands : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public PartnerCommands()
    {
        Servers = new StubServers(Time);
        Settings = Servers.Settings;
        Settings["PartnerClient:KeyPassword"] = KeyFileMaker.Password;
        using var key = RSA.Create();
        key.ImportFromEncryptedPem(KeyFileMaker.Pem, KeyFileMaker.Password);
        Key = PublicJwk.FromKey(key);
        Servers.Registry.Publish(Key);
        KeyFileMaker.Write(FileNamed("partner-key.pem"), KeyFileMaker.Pem);
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 5, 4, 3, 2, 1, TimeSpan.Zero));

    public StubServers Servers { get; }

    public Dictionary<string, string> Settings { get; }

    public PublicJwk Key { get; }

    /// <summary>Whether the commands write to a terminal.</summary>
    public bool IsTerminal { get; set; }

    public string Input { get; set; } = "";

    public static async Task<PartnerCommands> StartAsync()
    {
        var commands = new PartnerCommands();
        await commands.Servers.StartAsync();
        return commands;
    }

    public string FileNamed(string name) => _directory.FileNamed(name);

    /// <summary>Types a command. Whatever it is about, neither assertion nor password is shown, and no token but on purpose.</summary>
    public async Task<Typed> TypeAsync(params string[] args)
    {
        var typed = await TypeAnywhereAsync(args);
        Assert.All(Servers.Issuer.Tokens, token => Assert.DoesNotContain(token, typed.Output + typed.Error, StringComparison.Ordinal));
        return typed;
    }

    public async Task<Typed> TypeAnywhereAsync(params string[] args)
    {
        await using var output = new StringWriter();
        await using var error = new StringWriter();
        var surroundings = new Surroundings(output, error)
        {
            IsOutputTerminal = IsTerminal,
            OpenInput = () => new MemoryStream(Encoding.UTF8.GetBytes(Input)),
        };
        var exitCode = await CommandLine.RunAsync(args, surroundings, Configure);
        var typed = new Typed(exitCode, output.ToString(), error.ToString());
        var shown = typed.Output + typed.Error;
        Assert.DoesNotContain(KeyFileMaker.Password, shown, StringComparison.Ordinal);
        Assert.All(
            Servers.Issuer.TokenRequests,
            request => Assert.DoesNotContain(
                StubAuthorizationServer.Form(request)["client_assertion"].ToString().Split('.')[^1], shown, StringComparison.Ordinal));
        return typed;
    }

    public async ValueTask DisposeAsync()
    {
        await Servers.DisposeAsync();
        _directory.Dispose();
    }

    private void Configure(WebApplicationBuilder builder)
    {
        builder.Configuration.AddInMemoryCollection(Settings!);
        builder.Configuration[SettingNames.DataDirectory] = _directory.Path;
        builder.Configuration[SettingNames.AllowHttp] = "true";
        builder.Services.AddSingleton<TimeProvider>(Time);
    }
}
