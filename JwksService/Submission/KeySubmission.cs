using System.Text.Json;

using B2BAssertions.Jose;

namespace B2BAssertions.JwksService.Submission;

/// <summary>The body with which a partner submits a key.</summary>
/// <param name="Key">The public key as a JWK (RFC 7517).</param>
/// <param name="Proof">
/// The proof of possession: a JWT that the private half of the key signed. Header: typ key-proof+jwt, alg and kid the key's own. Claims: iss
/// and sub the client id, aud this registry's public address as one string, iat, exp at most 60 seconds later, a jti that was never used.
/// </param>
internal sealed record KeySubmission(JsonElement Key, string Proof)
{
    private const int Members = 2;

    /// <summary>Reads the body by hand, so that nothing of it is looked at before the enrolment token is found sound.</summary>
    public static async Task<Checked<KeySubmission>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!request.HasJsonContentType())
        {
            return RegistryFault.UnsupportedMediaType;
        }

        try
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body, cancellationToken);
            return Parse(body.ToArray());
        }
        catch (BadHttpRequestException exception)
        {
            return exception.StatusCode == StatusCodes.Status413PayloadTooLarge
                ? RegistryFault.RequestTooLarge
                : RegistryFault.MalformedSubmission("cannot be read");
        }
    }

    /// <summary>A record would print the proof.</summary>
    public override string ToString() => nameof(KeySubmission);

    private static Checked<KeySubmission> Parse(byte[] utf8)
    {
        if (!StrictJson.TryParse(utf8, out var element, out var malformed))
        {
            return RegistryFault.MalformedSubmission(malformed);
        }

        return element.ValueKind == JsonValueKind.Object
            && element.GetPropertyCount() == Members
            && element.TryGetProperty("key", out var key)
            && element.GetOptionalString("proof") is { } proof
                ? new KeySubmission(key, proof)
                : RegistryFault.MalformedSubmission("has other members or is no object");
    }
}
