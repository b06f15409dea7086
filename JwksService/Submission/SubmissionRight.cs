using B2BAssertions.JwksService.Access;
using B2BAssertions.JwksService.Audit;
using B2BAssertions.JwksService.Enrolment;
using B2BAssertions.ResourceServer;

namespace B2BAssertions.JwksService.Submission;

/// <summary>What allows a submission: an access token, which is checked before, or an enrolment token (KR-07).</summary>
/// <param name="Actor">Who submits.</param>
/// <param name="Token">The enrolment token; null when it was an access token.</param>
internal sealed record SubmissionRight(Actor Actor, EnrolmentToken? Token)
{
    public static async Task<Checked<SubmissionRight>> OfAsync(
        string clientId,
        HttpContext context,
        EnrolmentTokens tokens,
        CancellationToken cancellationToken)
    {
        if (OtherBearerToken.From(context) is not { } enrolmentToken)
        {
            return new SubmissionRight(Caller.Of(context).Actor, Token: null);
        }

        var token = await tokens.CheckAsync(clientId, enrolmentToken.Value, cancellationToken);
        return token.IsSound
            ? new SubmissionRight(Caller.ActorOf(context, ActorKind.EnrolmentToken, token.Value.Id.ToString()), token.Value)
            : token.Fault;
    }
}
