namespace B2BAssertions.ServiceDefaults;

/// <summary>The health endpoints of every service.</summary>
public static class HealthPaths
{
    /// <summary>The process answers.</summary>
    public const string Alive = "/alive";

    /// <summary>It can also do its work.</summary>
    public const string Health = "/health";
}
