using System.Text.Json.Serialization;

namespace B2BAssertions.JwksService;

/// <summary>Why something is taken away or asked for, for the audit trail.</summary>
/// <param name="Text">One line for people.</param>
internal sealed record Reason([property: JsonPropertyName("reason")] string Text)
{
    public const int MaxLength = 500;

    public RegistryFault? Check() => FreeText.Check("reason", Text, MaxLength);
}
