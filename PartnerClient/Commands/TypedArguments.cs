using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.PartnerClient.Commands;

/// <summary>What was typed, taken apart: settings, which the worker and every command take alike, and the words of a command.</summary>
/// <param name="Settings">As the configuration reads them: <c>--Name=value</c>, or the name and then its value.</param>
/// <param name="Words">Everything else.</param>
internal sealed record TypedArguments(string[] Settings, string[] Words)
{
    /// <summary>Sections and settings that mean something to commands. No option of a command has such a name.</summary>
    private static readonly string[] Sections = [PartnerClientOptions.Section, "Logging"];

    private static readonly string[] Alone = [SettingNames.DataDirectory, SettingNames.AllowHttp, SettingNames.UserAgent, HostDefaults.ContentRootKey];

    /// <summary>Whatever is typed stands in the shell's history and in the list of processes.</summary>
    private static readonly string[] Secrets = [nameof(PartnerClientOptions.KeyPassword), nameof(PartnerClientOptions.EnrolmentToken)];

    public static TypedArguments Parse(IReadOnlyList<string> args)
    {
        var settings = new List<string>();
        var words = new List<string>();
        for (var index = 0; index < args.Count; index++)
        {
            if (!IsSetting(args[index]))
            {
                words.Add(args[index]);
                continue;
            }

            settings.Add(args[index]);
            if (!args[index].Contains('=', StringComparison.Ordinal) && index + 1 < args.Count)
            {
                settings.Add(args[++index]);
            }
        }

        return new TypedArguments([.. settings], [.. words]);
    }

    /// <summary>A secret among the settings; null when there is none.</summary>
    public string? FindSecret() => Secrets
        .Select(secret => $"{PartnerClientOptions.Section}:{secret}")
        .FirstOrDefault(secret => Settings.Any(setting => string.Equals(NameIn(setting), secret, StringComparison.OrdinalIgnoreCase)));

    private static bool IsSetting(string text)
    {
        var name = NameIn(text);
        return (IsMarked(text) || text.Contains('=', StringComparison.Ordinal))
            && (Alone.Contains(name, StringComparer.OrdinalIgnoreCase)
                || Sections.Any(section => name.StartsWith($"{section}:", StringComparison.OrdinalIgnoreCase)));
    }

    private static bool IsMarked(string text) => text.StartsWith("--", StringComparison.Ordinal) || text.StartsWith('/');

    private static string NameIn(string text)
    {
        var start = text.StartsWith("--", StringComparison.Ordinal) ? 2 : text.StartsWith('/') ? 1 : 0;
        return text[start..].Split('=')[0];
    }
}
