using System.Diagnostics.CodeAnalysis;

namespace B2BAssertions.PartnerClient.AccessTokens.Token;

/// <summary>A value, or why there is none.</summary>
internal sealed class Outcome<T>
    where T : class
{
    private Outcome(T? value, AccessTokenFailure? failure)
    {
        Value = value;
        Failure = failure;
    }

    public T? Value { get; }

    public AccessTokenFailure? Failure { get; }

    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(AccessTokenFailure failure) => new(null, failure);

    public bool IsFailure([NotNullWhen(true)] out AccessTokenFailure? failure, [NotNullWhen(false)] out T? value)
    {
        failure = Failure;
        value = Value;
        return failure is not null;
    }
}
