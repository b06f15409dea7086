using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace B2BAssertions.JwksService.Database;

/// <summary>Times as milliseconds since 1970, because SQLite can compare and sort numbers, but not times with an offset.</summary>
internal sealed class UnixMilliseconds() : ValueConverter<DateTimeOffset, long>(
    time => time.ToUnixTimeMilliseconds(),
    milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
