namespace B2BAssertions.AuthorizationServer.ClientAssertion;

/// <summary>The value that passed a check, or the fault that stopped it.</summary>
internal readonly record struct Checked<T>(T? Value, AssertionFault? Fault)
    where T : class
{
    public static implicit operator Checked<T>(T value) => new(value, null);

    public static implicit operator Checked<T>(AssertionFault fault) => new(null, fault);
}
