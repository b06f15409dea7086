using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace B2BAssertions.DatabaseDefaults;

/// <summary>Times as milliseconds since 1970, because SQLite can compare and sort numbers, but not times with an offset.</summary>
public sealed class UnixMilliseconds() : ValueConverter<DateTimeOffset, long>(
    time => time.ToUnixTimeMilliseconds(),
    milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
