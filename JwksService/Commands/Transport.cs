using B2BAssertions.CommandLines;

namespace B2BAssertions.JwksService.Commands;

/// <summary>Where assertions and tokens may go: https, and plain http only when that was asked for.</summary>
internal sealed record Transport(bool AllowHttp)
{
    public static readonly Transport HttpsOnly = new(AllowHttp: false);

    /// <summary>Whether an address from metadata may be used (RFC 8414 §2, RFC 9728 §2).</summary>
    public bool Accepts(string? address) => TryParse(address, out var uri) && (AllowHttp || uri!.Scheme == Uri.UriSchemeHttps);

    /// <summary>What is wrong with an address that was typed; null when nothing is.</summary>
    public string? Check(string option, string address)
    {
        if (!TryParse(address, out var uri) || uri!.Query.Length > 0)
        {
            return $"{option} is '{TerminalText.Of(address)}': expected an absolute https address without user name, query or fragment.";
        }

        return Accepts(address)
            ? null
            : $"{option} is '{address}': expected https. Plain http needs {GlobalOptions.AllowHttpName}, meant for one machine only.";
    }

    private static bool TryParse(string? address, out Uri? uri) =>
        Uri.TryCreate(address, UriKind.Absolute, out uri)
        && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp)
        && uri.UserInfo.Length == 0
        && uri.Fragment.Length == 0;
}
