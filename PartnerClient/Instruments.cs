using System.Diagnostics;

namespace B2BAssertions.PartnerClient;

/// <summary>The spans of this service.</summary>
internal static class Instruments
{
    public const string Name = "B2BAssertions.PartnerClient";

    public static readonly ActivitySource Source = new(Name);

    public const string ClientIdTag = "client_id";
    public const string KeyIdTag = "kid";
    public const string AlgorithmTag = "alg";
    public const string OutcomeTag = "outcome";

    /// <summary>The value of <see cref="OutcomeTag"/> when nothing failed; otherwise it is the failure's code.</summary>
    public const string Success = "success";
}
