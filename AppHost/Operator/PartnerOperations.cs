using System.Text.Json;

namespace B2BAssertions.AppHost.Operator;

/// <summary>What the dashboard offers an operator to do with a partner.</summary>
internal sealed class PartnerOperations(OperatorCommandLine commandLine)
{
    /// <summary>The reason in the audit trail where the operator gives none.</summary>
    public const string DefaultReason = "Asked for in the dashboard.";

    /// <summary>The partner notices the request, makes a new key, proves that it has it, and retires the old one.</summary>
    public Task<CommandOutput> RequestRotationAsync(string partner, string reason, CancellationToken cancellationToken) =>
        WithCurrentKeyAsync("request-rotation", partner, reason, cancellationToken);

    public Task<CommandOutput> RevokeKeyAsync(string partner, string reason, CancellationToken cancellationToken) =>
        WithCurrentKeyAsync("revoke", partner, reason, cancellationToken);

    /// <summary>Takes all of the partner's keys out of its key set, until it is resumed.</summary>
    public Task<CommandOutput> SuspendAsync(string partner, string reason, CancellationToken cancellationToken) =>
        commandLine.RunAsync(["partners", "suspend", partner, "--reason", reason], cancellationToken);

    public Task<CommandOutput> ResumeAsync(string partner, CancellationToken cancellationToken) =>
        commandLine.RunAsync(["partners", "resume", partner], cancellationToken);

    private async Task<CommandOutput> WithCurrentKeyAsync(string command, string partner, string reason, CancellationToken cancellationToken)
    {
        var keys = await commandLine.RunAsync(["keys", "list", partner, "--json"], cancellationToken);
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
            ? new CommandOutput(1, "", $"The partner {partner} has no active key.")
            : await commandLine.RunAsync(["keys", command, partner, kid, "--reason", reason], cancellationToken);
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
