namespace B2BAssertions.JwksService.Commands;

/// <summary>Addresses of the API under the registry's own.</summary>
internal static class Paths
{
    public const string Partners = "/partners";

    public static string Partner(string clientId) => $"{Partners}/{Uri.EscapeDataString(clientId)}";

    public static string Enrolments(string clientId) => $"{Partner(clientId)}/enrolments";

    public static string Audit(string clientId) => $"{Partner(clientId)}/audit";

    public static string Keys(string clientId) => $"{Partner(clientId)}/keys";

    /// <summary>The kid is one segment, whatever it consists of.</summary>
    public static string Key(string clientId, string kid) => $"{Keys(clientId)}/{Uri.EscapeDataString(kid)}";
}
