using System.Net;

using B2BAssertions.IntegrationTests.ResourceServerTests;

using Xunit;

namespace B2BAssertions.IntegrationTests.JwksServiceTests;

/// <summary>What a caller knows of the registration of one key.</summary>
internal sealed class Registration(Submission submission)
{
    public Submission Submission { get; } = submission;

    public string ClientId => Submission.ClientId;

    public string KeyId => Submission.Signer.Public.KeyId;

    public string ProofId => (string)Submission.Claims["jti"]!;

    public bool IsAcknowledged { get; private set; }

    /// <summary>Sends it; nothing is known of it when the connection breaks before the answer is whole.</summary>
    public async Task SendAsync(HttpClient client)
    {
        ApiAnswer answer;
        try
        {
            answer = await client.SubmitAsync(Submission);
        }
        catch (HttpRequestException)
        {
            return;
        }

        Assert.True(answer.Status == (int)HttpStatusCode.Created, answer.Text);
        IsAcknowledged = true;
    }
}

/// <summary>Callers that send their registrations one after the other, until the registry is killed in the middle.</summary>
internal static class RegistrationRun
{
    /// <param name="kill">Called once, when <paramref name="killAfter"/> registrations are acknowledged and more are under way.</param>
    public static Task SendAsync(IEnumerable<IReadOnlyList<Registration>> callers, HttpClient client, int killAfter, Action kill)
    {
        var acknowledged = 0;
        return Task.WhenAll(callers.Select(registrations => Task.Run(async () =>
        {
            foreach (var registration in registrations)
            {
                await registration.SendAsync(client);
                if (registration.IsAcknowledged && Interlocked.Increment(ref acknowledged) == killAfter)
                {
                    kill();
                }
            }
        })));
    }
}
