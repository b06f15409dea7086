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

    public async Task<Checked<SoundProof>> CheckAsync(string proof, string clientId, PublicJwk key)
    {
        if (proof.Length > MaxLength || !UnverifiedJwt.TryParse(proof, out var jwt))
        {
            return Refused("proof_malformed", $"The proof is not a signed JWT in compact form of at most {MaxLength} characters.");
        }

        var fault = CheckType(jwt.Header) ?? CheckKeyIsNamed(jwt.Header, key) ?? await CheckSignatureAsync(proof, key);
        if (fault is not null)
        {
            return fault;
        }

        if (!ProofTimes.TryRead(jwt.Claims, out var times))
        {
            return Refused("proof_malformed", "The proof needs iat and exp as numbers: seconds since 1970, not milliseconds, not strings.");
        }

        var jti = jwt.Claims.GetOptionalString("jti") ?? string.Empty;
        fault = CheckPartner(jwt.Claims, clientId)
            ?? CheckAudience(jwt.Claims)
            ?? CheckNotExpired(times)
            ?? CheckLifetime(times)
            ?? CheckNotFromTheFuture(times)
            ?? CheckId(jti);
        return fault is null ? new SoundProof(jti, times.ExpiresAt + KeyProof.ClockSkew) : fault;
    }

    /// <summary>RFC 8725 §3.11: an assertion or an access token, signed by the same key, is no proof.</summary>
    private static RegistryFault? CheckType(JsonElement header) =>
        header.GetOptionalString("typ") == KeyProof.Type
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
    private static async Task<RegistryFault?> CheckSignatureAsync(string proof, PublicJwk key) =>
        await JwsSignature.IsValidAsync(proof, key)
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

    private static RegistryFault? CheckId(string jti) =>
        jti.Length is > 0 and <= MaxJtiLength && !jti.Any(char.IsControl)
            ? null
            : Refused("proof_jti_missing", $"The proof has no jti of 1 to {MaxJtiLength} printable characters.");

    /// <summary>What stands there, shown to who sent it and in the log.</summary>
    private static string Found(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value)
            ? value.ValueKind == JsonValueKind.String ? $"'{ForeignText.Shown(value.GetString()!)}'" : $"no string but {value.ValueKind}"
            : "missing";

    private static RegistryFault Refused(string code, string detail) => RegistryFault.BadProof(code, detail);
}
