using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.ResourceServerTests;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>What a partner does with its keys, step by step.</summary>
internal static class PartnerSteps
{
    /// <summary>How long a later key is pending by default: the max-age of the key set and 10 seconds.</summary>
    public static readonly TimeSpan ActivationDelay = TimeSpan.FromSeconds(310);

    /// <summary>A sound submission that the partner's own access token allows.</summary>
    public static Submission NewOwnSubmission(this Registry registry, PartnerKeyPair? key = null)
    {
        var submission = registry.NewSubmission(key);
        submission.Token = registry.PartnerToken().Make();
        return submission;
    }

    /// <summary>A sound submission of the other partner's first key.</summary>
    public static Submission NewOthersSubmission(this Registry registry) =>
        new(PartnerKeyPair.NewEc(), Registry.OtherPartner, Registry.OtherToken, registry.Time.GetUtcNow());

    /// <summary>The first key, with the enrolment token: active at once.</summary>
    public static async Task<string> EnrolFirstKeyAsync(this Registry registry)
    {
        var submission = registry.NewSubmission();
        await registry.EnrolAsync(submission);
        return submission.Signer.Public.KeyId;
    }

    /// <summary>A later key, with the partner's own access token: pending.</summary>
    public static async Task<string> AddKeyAsync(this Registry registry)
    {
        var submission = registry.NewOwnSubmission();
        await registry.EnrolAsync(submission);
        return submission.Signer.Public.KeyId;
    }

    /// <summary>Two keys of the partner, both active.</summary>
    public static async Task<(string First, string Second)> AddTwoActiveKeysAsync(this Registry registry)
    {
        var keys = (await registry.EnrolFirstKeyAsync(), await registry.AddKeyAsync());
        registry.Time.Advance(ActivationDelay);
        return keys;
    }

    /// <summary>Retires a key, by default as the partner.</summary>
    public static Task<ApiAnswer> RetireAsync(this Registry registry, string kid, int? overlapSeconds = null, AccessTokenMaker? token = null) =>
        registry.ChangeKeyAsync(kid, "retire", overlapSeconds is null ? null : new JsonObject { ["overlapSeconds"] = overlapSeconds }, token);

    /// <summary>Revokes a key, by default as the partner.</summary>
    public static Task<ApiAnswer> RevokeAsync(this Registry registry, string kid, AccessTokenMaker? token = null) =>
        registry.ChangeKeyAsync(kid, "revoke", NewReason(), token);

    /// <summary>Activates a key, by default as the partner.</summary>
    public static Task<ApiAnswer> ActivateAsync(this Registry registry, string kid, AccessTokenMaker? token = null) =>
        registry.ChangeKeyAsync(kid, "activate", body: null, token);

    public static Task<ApiAnswer> SuspendAsync(this Registry registry, string clientId = Registry.Partner) =>
        registry.SendAsync(HttpMethod.Post, $"/partners/{clientId}/suspend", registry.OperatorToken(), NewReason());

    public static Task<ApiAnswer> ResumeAsync(this Registry registry, string clientId = Registry.Partner) =>
        registry.SendAsync(HttpMethod.Post, $"/partners/{clientId}/resume", registry.OperatorToken());

    private static JsonObject NewReason() => new() { ["reason"] = "A laptop was lost." };

    private static Task<ApiAnswer> ChangeKeyAsync(this Registry registry, string kid, string step, JsonNode? body, AccessTokenMaker? token) =>
        registry.SendAsync(HttpMethod.Post, $"/partners/{Registry.Partner}/keys/{kid}/{step}", token ?? registry.PartnerToken(), body);
}
