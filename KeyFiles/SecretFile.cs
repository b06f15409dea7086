namespace B2BAssertions.KeyFiles;

/// <summary>Files that hold one secret: their first line, as <c>openssl -passin file:</c> reads them, whatever else follows.</summary>
public static class SecretFile
{
    /// <summary>The first line without white space around it; null when there is none.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static string? ReadFirstLine(FileStream file)
    {
        using var reader = new StreamReader(file, leaveOpen: true);
        return reader.ReadLine()?.Trim() is { Length: > 0 } secret ? secret : null;
    }
}
