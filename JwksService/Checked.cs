using System.Diagnostics.CodeAnalysis;

namespace B2BAssertions.JwksService;

/// <summary>What a check found sound, or why it refused.</summary>
internal readonly struct Checked<T>
    where T : class
{
    private Checked(T? value, RegistryFault? fault)
    {
        Value = value;
        Fault = fault;
    }

    public T? Value { get; }

    public RegistryFault? Fault { get; }

    [MemberNotNullWhen(true, nameof(Value))]
    [MemberNotNullWhen(false, nameof(Fault))]
    public bool IsSound => Fault is null;

    public static implicit operator Checked<T>(T value) => new(value, null);

    public static implicit operator Checked<T>(RegistryFault fault) => new(null, fault);
}
