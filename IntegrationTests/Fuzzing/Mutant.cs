namespace B2BAssertions.IntegrationTests.Fuzzing;

/// <summary>A JWT that was right before something was done to it.</summary>
/// <param name="Kind">What kind of thing, for the count of each.</param>
/// <param name="What">What exactly, for who has to find out why it was accepted.</param>
/// <param name="Text">What is sent.</param>
internal sealed record Mutant(string Kind, string What, string Text)
{
    public override string ToString() => $"{Kind}, {What}: {Text}";
}
