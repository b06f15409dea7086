using System.Text.Json;

using B2BAssertions.Jose;

using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;

namespace B2BAssertions.IntegrationTests.PartnerClientTests;

/// <summary>The key registry: enrols the first key of one partner, and checks the proof with the key that came with it.</summary>
internal sealed class StubRegistry(TimeProvider time) : StubServer(time)
{
    public const string EnrolmentToken = "enrolment-token-of-the-test-0123456789";
    public const string JwksPath = $"/partners/{StubServers.ClientId}/.well-known/jwks";
    public const string KeysPath = $"/partners/{StubServers.ClientId}/keys";

    private readonly List<PublicJwk> _keys = [];

    public IReadOnlyList<PublicJwk> Keys => _keys;

    public JsonWebToken? Proof { get; private set; }

    public int Enrolments { get; private set; }

    /// <summary>Whether a key is enrolled, but the partner told of an error.</summary>
    public bool LosesAnswers { get; set; }

    /// <summary>A key that needs no enrolment.</summary>
    public void Publish(PublicJwk key) => _keys.Add(key);

    protected override async Task<IResult> AnswerAsync(StubRequest request) => request switch
    {
        { IsGet: true, Path: JwksPath } => Results.Text(new JwkSet(_keys).ToJson().ToJsonString(), JwkSet.MediaType),
        { IsPost: true, Path: KeysPath } => await EnrolAsync(request),
        _ => Results.NotFound(),
    };

    private async Task<IResult> EnrolAsync(StubRequest request)
    {
        if (request.Authorization != $"Bearer {EnrolmentToken}")
        {
            return StubServers.Problem(401, "enrolment_token_invalid");
        }

        if (Enrolments > 0)
        {
            return StubServers.Problem(401, "enrolment_token_used");
        }

        var body = JsonSerializer.Deserialize<JsonElement>(request.Body);
        if (!PublicJwk.TryRead(body.GetProperty("key"), out var key, out var fault))
        {
            return StubServers.Problem(400, fault.Code);
        }

        Proof = await StubServers.VerifyAsync(body.GetProperty("proof").GetString()!, KeyProof.Type, Address, key);
        if (Proof is null)
        {
            return StubServers.Problem(400, "proof_invalid");
        }

        _keys.Add(key);
        Enrolments++;
        return LosesAnswers ? Results.StatusCode(500) : Results.Created();
    }
}
