using System.CommandLine;

using B2BAssertions.CommandLines;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.JwksService.Commands;

/// <summary>The options of every command: which registry, and who asks.</summary>
internal static class GlobalOptions
{
    public const string RegistryVariable = "B2B_REGISTRY";
    public const string KeyFileVariable = "B2B_KEY_FILE";
    public const string AllowHttpName = "--allow-http";

    public static readonly Option<string?> Registry = new("--registry")
    {
        HelpName = "URL",
        Description = $"The registry's public address, to the letter. Default: the variable {RegistryVariable}.",
        Recursive = true,
    };

    public static readonly Option<string?> KeyFile = FileNames.Option(
        "--key-file",
        $"Private key to authenticate with: encrypted PKCS#8 in PEM. Default: the variable {KeyFileVariable}.",
        isRecursive: true);

    public static readonly Option<string?> KeyPasswordFile = FileNames.Option(
        "--key-password-file",
        "File whose first line is the key file's password. Default: the key file's name with the extension .password.",
        isRecursive: true);

    public static readonly Option<string> ClientId = new("--client-id")
    {
        HelpName = "ID",
        Description = "Client id to authenticate as; a partner names its own.",
        DefaultValueFactory = _ => SystemSettings.OperatorClientId,
        Recursive = true,
    };

    public static readonly Option<string?> Scope = new("--scope")
    {
        HelpName = "SCOPE",
        Description = $"Scope to ask for. Default: {SystemSettings.PartnersManageScope} as {SystemSettings.OperatorClientId}, "
            + $"{SystemSettings.KeysScope} as any other client.",
        Recursive = true,
    };

    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Write the registry's JSON instead of text.",
        Recursive = true,
    };

    public static readonly Option<bool> AllowHttp = new(AllowHttpName)
    {
        Description = "Accept addresses with plain http: for one machine only.",
        Recursive = true,
    };

    public static IReadOnlyList<Option> All { get; } = [Registry, KeyFile, KeyPasswordFile, ClientId, Scope, Json, AllowHttp];
}
