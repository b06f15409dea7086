using System.Text.Json;

using B2BAssertions.Jose;

using Microsoft.Extensions.Options;

namespace B2BAssertions.JwksService.Submission;

/// <summary>
/// Checks a proof of possession (KR-04), one rule after the other: form, type, key and signature, then what it says. That it is new is
/// checked last, where it is stored, so that a refused proof is not used up.
/// </summary>
internal sealed class KeyProofValidator(IOptions<JwksServiceOptions> options, TimeProvider time)
{
    public const int MaxLength = 8 * 1024;
    public const int MaxJtiLength = 255;

    public Checked<SoundProof> Check(string proof, string clientId, PublicJwk key)
    {
        if (proof.Length > MaxLength)
        {
            return Refused("proof_malformed", $"The proof has {proof.Length} characters, expected at most {MaxLength}.");
        }

        if (!UnverifiedJwt.TryParse(proof, out var jwt, out var found))
        {
            return Refused("proof_malformed", $"The proof is not a signed JWT in compact form: found {found}.");
        }

        var fault = CheckType(jwt.Header) ?? CheckKeyIsNamed(jwt.Header, key) ?? CheckSignature(proof, jwt.Header, key);
        if (fault is not null)
        {
            return fault;
        }

        if (!ProofTimes.TryRead(jwt.Claims, out var times, out var unsound))
        {
            return Refused(
                "proof_malformed",
                $"The proof's {unsound} is {Found(jwt.Claims, unsound)}, expected a number of seconds since 1970: not milliseconds, not a string.");
        }

        fault = CheckPartner(jwt.Claims, clientId)
            ?? CheckAudience(jwt.Claims)
            ?? CheckNotExpired(times)
            ?? CheckLifetime(times)
            ?? CheckNotFromTheFuture(times)
            ?? CheckId(jwt.Claims);
        return fault is null
            ? new SoundProof(jwt.Claims.GetOptionalString("jti")!, times.ExpiresAt + KeyProof.ClockSkew)
            : fault;
    }

    /// <summary>RFC 8725 §3.11: an assertion or an access token, signed by the same key, is no proof.</summary>
    private static RegistryFault? CheckType(JsonElement header) =>
        MediaTypeName.Is(header.GetOptionalString("typ"), KeyProof.Type)
            ? null
            : Refused("proof_wrong_type", $"The proof's header typ is {Found(header, "typ")}, expected '{KeyProof.Type}'.");

    /// <summary>RFC 8725 §3.1: the algorithm is the submitted key's, whatever else the header would like.</summary>
    private static RegistryFault? CheckKeyIsNamed(JsonElement header, PublicJwk key)
    {
        if (header.GetOptionalString("alg") != key.Algorithm.Name)
        {
            return Refused("proof_wrong_key", $"The proof's header alg is {Found(header, "alg")}, expected '{key.Algorithm}'.");
        }

        return !header.TryGetProperty("kid", out _) || header.GetOptionalString("kid") == key.KeyId
            ? null
            : Refused("proof_wrong_key", $"The proof's header kid is {Found(header, "kid")}, expected '{ForeignText.Shown(key.KeyId)}'.");
    }

    /// <summary>RFC 7515 §5.2, with the submitted key alone.</summary>
    private static RegistryFault? CheckSignature(string proof, JsonElement header, PublicJwk key) =>
        JwsSignature.IsValid(proof, header, key)
            ? null
            : Refused("proof_signature_invalid", "The proof is not signed by the private half of the submitted key.");

    private static RegistryFault? CheckPartner(JsonElement claims, string clientId)
    {
        var wrong = Array.Find(["iss", "sub"], name => claims.GetOptionalString(name) != clientId);
        return wrong is null
            ? null
            : Refused("proof_wrong_partner", $"The proof's {wrong} is {Found(claims, wrong)}, expected '{clientId}'.");
    }

    /// <summary>One string, so that a proof made for another registry is of no use here (RFC 8725 §3.9).</summary>
    private RegistryFault? CheckAudience(JsonElement claims) =>
        claims.GetOptionalString("aud") == options.Value.PublicAddress
            ? null
            : Refused("proof_wrong_audience", $"The proof's aud is {Found(claims, "aud")}, expected '{options.Value.PublicAddress}'.");

    private RegistryFault? CheckNotExpired(ProofTimes times)
    {
        var late = time.GetUtcNow() - times.ExpiresAt;
        return late < KeyProof.ClockSkew
            ? null
            : Refused("proof_expired", $"The proof expired {late.TotalSeconds:0} s ago. Make one for every attempt, and check the clock.");
    }

    private static RegistryFault? CheckLifetime(ProofTimes times)
    {
        var lifetime = times.ExpiresAt - times.IssuedAt;
        return lifetime <= KeyProof.MaxLifetime
            ? null
            : Refused(
                "proof_lifetime_too_long",
                $"The proof lives {lifetime.TotalSeconds:0} s from iat to exp, expected up to {KeyProof.MaxLifetime.TotalSeconds:0} s.");
    }

    private RegistryFault? CheckNotFromTheFuture(ProofTimes times)
    {
        var begins = times.NotBefore > times.IssuedAt ? times.NotBefore.Value : times.IssuedAt;
        var early = begins - time.GetUtcNow();
        return early <= KeyProof.ClockSkew
            ? null
            : Refused("proof_from_the_future", $"The proof's iat or nbf is {early.TotalSeconds:0} s in the future. Check the clock.");
    }

    private static RegistryFault? CheckId(JsonElement claims) =>
        claims.GetOptionalString("jti") is { Length: > 0 and <= MaxJtiLength } jti && !jti.Any(char.IsControl)
            ? null
            : Refused(
                "proof_jti_missing",
                $"The proof's jti is {Found(claims, "jti")}, expected text of 1 to {MaxJtiLength} characters without control characters.");

    /// <summary>What stands there, shown to who sent it and in the log.</summary>
    private static string Found(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value)
            ? value.ValueKind == JsonValueKind.String ? $"'{ForeignText.Shown(value.GetString())}'" : ForeignText.Shown(value.GetRawText())
            : "missing";

    private static RegistryFault Refused(string code, string detail) => RegistryFault.BadProof(code, detail);
}
