using System.Text.Json;

using B2BAssertions.KeyFiles;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.Flow;

/// <summary>Writes the report of the newest flow, if a file for it is configured; readers see the old report or the new one.</summary>
internal sealed partial class FlowReportFile(
    IOptions<PartnerClientOptions> options,
    DataDirectory directory,
    ILogger<FlowReportFile> logger)
{
    private const string Setting = $"{PartnerClientOptions.Section}:{nameof(PartnerClientOptions.FlowReportFile)}";

    public void Write(FlowReport report)
    {
        if (string.IsNullOrEmpty(options.Value.FlowReportFile))
        {
            return;
        }

        var path = directory.Locate(options.Value.FlowReportFile);
        try
        {
            OwnerOnlyFile.Replace(path, JsonSerializer.SerializeToUtf8Bytes(report, FlowReport.JsonOptions));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Log.NotWritten(logger, Setting, path, exception.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            LogLevel.Warning,
            "{Setting}: '{File}' cannot be written ({Reason}). Name a file in a folder that this user may write to.")]
        public static partial void NotWritten(ILogger logger, string setting, string file, string reason);
    }
}
