using System.Net;
using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.ResourceServerTests;
using B2BAssertions.JwksService.PartnerKeys;

using Microsoft.AspNetCore.Http;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>The steps of a key's life, as partners and operators take them.</summary>
internal static class KeySteps
{
    public const string Keys = $"/partners/{Registry.Partner}/keys";

    /// <summary>How long a later key is pending: the default max-age and ten seconds.</summary>
    public static readonly TimeSpan ActivationDelay = TimeSpan.FromSeconds(310);

    /// <summary>How long a retiring key is still published, by default.</summary>
    public static readonly TimeSpan RetirementOverlap = TimeSpan.FromMinutes(10);

    /// <summary>A key that the partner submits with its access token.</summary>
    public static Submission NewLaterKey(this Registry registry, string? kid = null, string clientId = Registry.Partner)
    {
        var submission = new Submission(PartnerKeyPair.NewEc(), clientId, registry.PartnerToken(clientId).Make(), registry.Time.GetUtcNow());
        if (kid is not null)
        {
            submission.Key!["kid"] = kid;
            submission.Header["kid"] = kid;
        }

        return submission;
    }

    /// <summary>Adds a key and takes it into the state; no time passes.</summary>
    /// <returns>Its kid.</returns>
    public static async Task<string> AddKeyAsync(this Registry registry, KeyState state)
    {
        var submission = registry.NewLaterKey();
        await registry.EnrolAsync(submission);
        var kid = submission.Signer.Public.KeyId;
        await (state switch
        {
            KeyState.Pending => Task.CompletedTask,
            KeyState.Active => registry.StepsAsync(kid, "activate"),
            KeyState.Retiring => registry.StepsAsync(kid, "activate", "retire"),
            KeyState.Retired => registry.RetireWithinAsync(kid, overlapSeconds: 0),
            KeyState.Revoked => registry.StepsAsync(kid, "activate", "revoke"),
            _ => throw new ArgumentOutOfRangeException(nameof(state)),
        });
        Assert.Equal(state, await registry.StateOfAsync(kid));
        return kid;
    }

    public static async Task<KeyState> StateOfAsync(this Registry registry, string kid) =>
        Enum.Parse<KeyState>((string)(await registry.GetKeyAsync(kid))["state"]!, ignoreCase: true);

    /// <summary>One step by the operator: activate, retire or revoke.</summary>
    public static Task<ApiAnswer> StepAsync(this Registry registry, string kid, string step, JsonNode? body = null) => registry.SendAsync(
        HttpMethod.Post,
        $"{Keys}/{kid}/{step}",
        registry.OperatorToken(),
        body ?? (step == "revoke" ? new JsonObject { ["reason"] = "The key was lost." } : null));

    public static async Task<JsonNode> RetireWithinAsync(this Registry registry, string kid, int overlapSeconds)
    {
        var answer = await registry.StepAsync(kid, "retire", new JsonObject { ["overlapSeconds"] = overlapSeconds });
        Assert.Equal(StatusCodes.Status200OK, answer.Status);
        return answer.Body!;
    }

    /// <summary>The kids of the partner's published set, and its ETag.</summary>
    public static async Task<(string[] Kids, string ETag)> GetSetAsync(this HttpClient client, string clientId = Registry.Partner)
    {
        using var response = await client.GetAsync($"/partners/{clientId}/.well-known/jwks", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        return ([.. body["keys"]!.AsArray().Select(key => (string)key!["kid"]!)], response.Headers.ETag!.Tag);
    }

    private static async Task StepsAsync(this Registry registry, string kid, params string[] steps)
    {
        foreach (var step in steps)
        {
            Assert.Equal(StatusCodes.Status200OK, (await registry.StepAsync(kid, step)).Status);
        }
    }
}
