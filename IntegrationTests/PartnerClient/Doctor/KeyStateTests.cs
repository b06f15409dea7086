using System.Text.Json.Nodes;

using B2BAssertions.Jose;
using B2BAssertions.PartnerClient.Doctor;
using B2BAssertions.ServiceDefaults;

using Microsoft.AspNetCore.Http;

using Xunit;

namespace B2BAssertions.IntegrationTests.PartnerClientTests.Doctor;

/// <summary>What the registry says of a key that the key set holds.</summary>
public sealed class KeyStateTests : IAsyncLifetime
{
    private readonly DoctorStubs _stubs = new();
    private string? _asked;

    public ValueTask InitializeAsync() => _stubs.StartAsync();

    public ValueTask DisposeAsync() => _stubs.DisposeAsync();

    [Theory]
    [InlineData("""{ "state": "active", "activatesAt": "2026-05-01T00:00:00Z" }""", CheckStatus.Ok, null, "active since 2026-05-01 00:00:00Z")]
    [InlineData("""{ "state": "active", "rotationRequestedAt": "2026-05-04T03:00:00Z" }""", CheckStatus.Warning, "rotation_requested", "asks for a new key")]
    [InlineData("""{ "state": "pending", "activatesAt": "2026-05-04T03:07:11Z" }""", CheckStatus.Warning, "key_pending", "2026-05-04 03:07:11Z")]
    [InlineData("""{ "state": "retiring", "retiresAt": "2026-05-04T03:07:11Z" }""", CheckStatus.Warning, "key_retiring", "2026-05-04 03:07:11Z")]
    [InlineData("""{ "state": "revoked" }""", CheckStatus.Failed, "key_withdrawn", "has the key as revoked")]
    [InlineData("""{ }""", CheckStatus.Failed, "key_withdrawn", "of no state")]
    public async Task The_state_of_the_key_at_the_registry_is_told(string answer, object status, string? code, string message)
    {
        var key = Answer(answer);

        var state = (await _stubs.RunAsync())["key state"];

        Assert.Equal(($"{StubRegistry.KeysPath}/{Uri.EscapeDataString(key)}", (CheckStatus)status, code), (_asked, state.Status, state.Code));
        Assert.Contains(message, state.Message, StringComparison.Ordinal);
    }

    /// <summary>The registry's answer about the key, and what it needs before: the scope offered, the key set.</summary>
    private string Answer(string state)
    {
        var registry = _stubs.Servers.Registry;
        _stubs.Describe($$"""{ "scopes_supported": ["read", "{{SystemSettings.KeysScope}}"] }""");
        _stubs.Servers.Issuer.Scope = $"read {SystemSettings.KeysScope}";
        var keySet = new JwkSet(registry.Keys).ToJson().ToJsonString();
        registry.Instead = request =>
        {
            _asked = request.Path;
            return DoctorStubs.Dated(request.Path == StubRegistry.JwksPath
                ? Results.Text(keySet, JwkSet.MediaType)
                : Results.Text(JsonNode.Parse(state)!.ToJsonString(), "application/json"));
        };
        return registry.Keys[0].KeyId;
    }
}
