using B2BAssertions.Jose;

namespace B2BAssertions.JwksService;

/// <summary>Text that people write for people: it stands in lists, logs and consoles, so it is one line that looks like what it is.</summary>
internal static class FreeText
{
    public static RegistryFault? Check(string member, string text, int maxLength) =>
        IsSound(text, maxLength) ? null : RegistryFault.MemberInvalid(member, Expected(maxLength));

    public static bool IsSound(string text, int maxLength) =>
        !string.IsNullOrWhiteSpace(text) && text.Length <= maxLength && PlainText.Is(text);

    public static string Expected(int maxLength) => $"1 to {maxLength} printable characters";
}
