using System.Text.Json;

using Microsoft.IdentityModel.Tokens;

namespace B2BAssertions.Jose;

/// <summary>Makes the JWK of a key that a reader found sound; <paramref name="publicMembers"/> are what the key consists of beside kty.</summary>
internal delegate PublicJwk CreatePublicJwk(JsonElement element, SecurityKey key, SigningAlgorithm algorithm, params string[] publicMembers);
