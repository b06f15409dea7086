using System.Text.Json;

using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.AppHost.Operator;

/// <summary>What the dashboard offers an operator to do with the partner.</summary>
internal sealed class PartnerOperations(OperatorCommandLine commandLine)
{
    private const string Reason = "Asked for in the dashboard.";
    private const string Partner = SystemSettings.PartnerClientId;

    /// <summary>The partner notices the wish, makes a new key, proves that it has it, and retires the old one.</summary>
    public Task<CommandOutput> RequestRotationAsync(CancellationToken cancellationToken) => WithCurrentKeyAsync("request-rotation", cancellationToken);

    public Task<CommandOutput> RevokeKeyAsync(CancellationToken cancellationToken) => WithCurrentKeyAsync("revoke", cancellationToken);

    /// <summary>Takes all of the partner's keys out of its key set, until it is resumed.</summary>
    public Task<CommandOutput> SuspendAsync(CancellationToken cancellationToken) =>
        commandLine.RunAsync(["partners", "suspend", Partner, "--reason", Reason], cancellationToken);

    public Task<CommandOutput> ResumeAsync(CancellationToken cancellationToken) =>
        commandLine.RunAsync(["partners", "resume", Partner], cancellationToken);

    private async Task<CommandOutput> WithCurrentKeyAsync(string command, CancellationToken cancellationToken)
    {
        var keys = await commandLine.RunAsync(["keys", "list", Partner, "--json"], cancellationToken);
        if (!keys.IsSuccess)
        {
            return keys;
        }

        string? kid;
        try
        {
            kid = NewestActiveKid(keys.Output);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return new CommandOutput(1, keys.Output, "The command line's list of keys cannot be read; is JwksService of the same build as the AppHost?");
        }

        return kid is null
            ? new CommandOutput(1, "", $"The partner {Partner} has no active key.")
            : await commandLine.RunAsync(["keys", command, Partner, kid, "--reason", Reason], cancellationToken);
    }

    /// <summary>The list has the oldest first.</summary>
    private static string? NewestActiveKid(string json)
    {
        using var list = JsonDocument.Parse(json);
        return list.RootElement.GetProperty("keys").EnumerateArray()
            .LastOrDefault(key => key.GetProperty("state").GetString() == "active") is { ValueKind: JsonValueKind.Object } key
                ? key.GetProperty("kid").GetString()
                : null;
    }
}
