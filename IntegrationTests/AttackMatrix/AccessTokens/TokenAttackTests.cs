using B2BAssertions.IntegrationTests.ResourceServerTests;

using Xunit;

namespace B2BAssertions.IntegrationTests.AttackMatrix.AccessTokens;

/// <summary>
/// What every attack must meet: status, code and challenge of the standards, no orders, no caching, a problem that is the same whatever
/// check failed, and a log that names the check, once, without the token; and a right token works afterwards.
/// </summary>
[Collection<OneAttackedApi>]
public abstract class TokenAttackTests(AttackedApi api)
{
    protected AttackedApi Api { get; } = api;

    private protected async Task AssertRefusedAsync(TokenAttack attack)
    {
        var attempt = new TokenAttempt(Api);
        using var request = attack.Make(attempt);
        Api.System.Api.Logs.Forget();

        using var attacker = Api.System.NewSender();
        using var response = await attacker.SendAsync(request, TestContext.Current.CancellationToken);

        var answer = await ApiAnswer.ReadAsync(response);
        var lines = Api.System.Api.Logs.Lines.ToList();
        Assert.True(answer.Status < 500, string.Join("\n", lines.Where(line => line.StartsWith("Error", StringComparison.Ordinal))));
        Assert.Equal((attack.Status, attack.Code), (answer.Status, answer.Code));
        Assert.Equal($"Bearer {attack.Challenge}{Api.System.ResourceMetadata}", answer.Challenge);
        Assert.True(response.Headers.CacheControl?.NoStore);
        AssertProblem(answer);
        AssertTold(attack, lines);
        AssertSecret(attempt, lines);
        Assert.Equal((AttackersServer.OwnRequests, AttackedApi.OwnRequestsToForeign), (Api.AttackersServer.Requests, Api.Foreign.MetadataRequests));
        Assert.Equal(200, (await Api.System.GetAsync("/orders", attempt.Es256())).Status);
    }

    private protected async Task AssertAcceptedAsync(Func<TokenAttempt, string> token) =>
        Assert.Equal(200, (await Api.System.GetAsync("/orders", token(new TokenAttempt(Api)))).Status);

    /// <summary>RS-04: a problem with a code and a trace id; nothing in it depends on what was wrong.</summary>
    private static void AssertProblem(ApiAnswer answer)
    {
        Assert.Equal("application/problem+json", answer.MediaType);
        Assert.NotEmpty((string)answer.Body!["traceId"]!);
        Assert.Equal(["code", "detail", "status", "title", "traceId", "type"], answer.Body.AsObject().Select(member => member.Key).Order());
        if (answer.Code == "token_invalid")
        {
            Assert.Equal(
                "The access token was refused. Get a new one for this API; if that is refused too, ask the operator to look up this trace id.",
                (string)answer.Body["detail"]!);
        }
    }

    private static void AssertTold(TokenAttack attack, List<string> lines)
    {
        var told = lines.Where(line => line.Contains("Access token refused", StringComparison.Ordinal)).ToList();
        if (attack.Check is null)
        {
            Assert.Empty(told);
            return;
        }

        var line = Assert.Single(told);
        Assert.Contains($"(token_invalid): {attack.Check}, ", line, StringComparison.Ordinal);
        Assert.Contains($"found {attack.Found}", line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);
    }

    private static void AssertSecret(TokenAttempt attempt, List<string> lines)
    {
        const int LeastTelling = 20;
        var secrets = attempt.Sent
            .SelectMany(token => token.Split('.').Append(token))
            .Where(part => part.Length >= LeastTelling && !part.All(character => character == '.'))
            .ToList();
        Assert.DoesNotContain(lines, line => secrets.Any(secret => line.Contains(secret, StringComparison.Ordinal)));
    }
}
