using Xunit;

namespace B2BAssertions.IntegrationTests.AttackMatrix;

/// <summary>
/// What every attack must meet: the status and error that the standard names, no token, nothing remembered, no caching, an answer that
/// does not tell the reason and a log that does, once, without the assertion; and the victim's identifier works afterwards (AS-14).
/// </summary>
[Collection<OneAttackedServer>]
public abstract class AttackTests(AttackedServer server)
{
    protected AttackedServer Server { get; } = server;

    private protected async Task AssertRefusedAsync(Attack attack)
    {
        var attempt = new Attempt(Server);
        await attack.Before(attempt);
        using var request = attack.Make(attempt);
        var stored = Server.CountStored();
        Server.Server.Logs.Forget();

        var answer = await Server.SendAsync(request);

        var lines = Server.Server.Logs.Lines.ToList();
        Assert.True(answer.Status < 500, string.Join("\n", lines.Where(line => line.StartsWith("Error", StringComparison.Ordinal))));
        Assert.Equal((attack.Status, attack.Error), (answer.Status, answer.Error));
        Assert.True(answer.NoStore);
        Assert.DoesNotContain("access_token", answer.Text, StringComparison.Ordinal);
        Assert.Equal(stored, Server.CountStored());
        Assert.Equal(AttackersServer.OwnRequests, Server.AttackersServer.Requests);
        AssertTold(attack.Code, answer, lines);
        AssertSecret(attempt, answer, lines);
        if (attack.Victim is { } victim)
        {
            Assert.Equal(200, (await Server.SendAsync(attempt.Request(attempt.By(victim(Server))))).Status);
        }
    }

    /// <summary>The other half of a rule: what looks like an attack and is none.</summary>
    private protected async Task AssertAcceptedAsync(Func<Attempt, string> assertion, Func<Attempt, Task>? before = null)
    {
        var attempt = new Attempt(Server);
        await (before?.Invoke(attempt) ?? Task.CompletedTask);
        var stored = Server.CountStored();
        using var request = attempt.Request(assertion(attempt));

        var answer = await Server.SendAsync(request);

        Assert.Equal((200, null), (answer.Status, answer.Error));
        Assert.Equal(stored with { UsedAssertions = stored.UsedAssertions + 1 }, Server.CountStored());
    }

    /// <summary>The log names the code in one line, which no text of the attacker's breaks; the answer never does (AS-13).</summary>
    private static void AssertTold(string? code, AttackAnswer answer, List<string> lines)
    {
        var told = lines.Where(line => line.Contains("authentication refused: ", StringComparison.Ordinal)).ToList();
        if (code is null)
        {
            Assert.Empty(told);
            return;
        }

        var line = Assert.Single(told);
        Assert.Contains($"refused: {code}.", line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);
        Assert.DoesNotContain(code, answer.Text, StringComparison.Ordinal);
    }

    /// <summary>Neither an assertion nor a part of one that somebody could use, nor a secret; not in the answer either.</summary>
    private static void AssertSecret(Attempt attempt, AttackAnswer answer, List<string> lines)
    {
        const int LeastTelling = 20;
        var secrets = attempt.Sent
            .SelectMany(assertion => assertion.Split('.').Append(assertion))
            .Where(part => part.Length >= LeastTelling && !part.All(character => character == '.'))
            .Append(attempt.Secret)
            .Concat(attempt.Credentials)
            .ToList();
        Assert.DoesNotContain(lines.Append(answer.Text), line => secrets.Any(secret => line.Contains(secret, StringComparison.Ordinal)));
    }
}
