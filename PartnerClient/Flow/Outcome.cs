using System.Diagnostics.CodeAnalysis;

namespace B2BAssertions.PartnerClient.Flow;

/// <summary>What a step came to: its value or the failure that the flow reports.</summary>
internal sealed class Outcome<T>
    where T : class
{
    private Outcome(T? value, FlowFailure? failure)
    {
        Value = value;
        Failure = failure;
    }

    public T? Value { get; }

    public FlowFailure? Failure { get; }

    public static implicit operator Outcome<T>(T value) => From(value);

    public static implicit operator Outcome<T>(FlowFailure failure) => new(null, failure);

    /// <summary>For an interface, which no operator converts from.</summary>
    public static Outcome<T> From(T value) => new(value, null);

    public bool IsFailure([NotNullWhen(true)] out FlowFailure? failure, [NotNullWhen(false)] out T? value)
    {
        failure = Failure;
        value = Value;
        return failure is not null;
    }
}
