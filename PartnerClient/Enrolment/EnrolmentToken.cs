using B2BAssertions.Jose;
using B2BAssertions.KeyFiles;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.Enrolment;

/// <summary>The one-time token that enrols the first key; read when it is needed, so that a file may be gone afterwards.</summary>
internal sealed class EnrolmentToken(IOptions<PartnerClientOptions> options, DataDirectory directory)
{
    public const string Setting = $"{PartnerClientOptions.Section}:{nameof(PartnerClientOptions.EnrolmentToken)}";

    /// <summary>The token; null when none is configured, the file is away, or its text is no bearer token (RFC 6750 §2.1).</summary>
    public string? Find()
    {
        var token = string.IsNullOrEmpty(options.Value.EnrolmentToken) ? ReadFile() : options.Value.EnrolmentToken.Trim();
        return token is not null && BearerToken.IsSound(token) ? token : null;
    }

    private string? ReadFile()
    {
        if (string.IsNullOrEmpty(options.Value.EnrolmentTokenFile))
        {
            return null;
        }

        try
        {
            using var file = File.OpenRead(directory.Locate(options.Value.EnrolmentTokenFile));
            return SecretFile.ReadFirstLine(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
