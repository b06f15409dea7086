namespace B2BAssertions.KeyFiles;

/// <summary>Files that hold one secret: their first line, as <c>openssl -passin file:</c> reads them, whatever else follows.</summary>
public static class SecretFile
{
    /// <summary>The first line without white space around it; null when there is none.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static string? ReadFirstLine(FileStream file) => ReadFirstLine(file, out _);

    /// <param name="isTrimmed">Whether there was white space around it.</param>
    internal static string? ReadFirstLine(FileStream file, out bool isTrimmed)
    {
        using var reader = new StreamReader(file, leaveOpen: true);
        var line = reader.ReadLine() ?? "";
        var secret = line.Trim();
        isTrimmed = secret.Length != line.Length;
        return secret.Length > 0 ? secret : null;
    }
}
