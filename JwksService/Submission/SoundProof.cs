namespace B2BAssertions.JwksService.Submission;

/// <summary>What is left to remember of a proof that passed every check but the last, that it is new.</summary>
/// <param name="Jti">The proof's id.</param>
/// <param name="ExpiresAt">When it would be refused anyway.</param>
internal sealed record SoundProof(string Jti, DateTimeOffset ExpiresAt);
