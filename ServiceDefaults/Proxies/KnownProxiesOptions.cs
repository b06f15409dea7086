namespace B2BAssertions.ServiceDefaults.Proxies;

/// <summary>
/// The section <c>ForwardedHeaders</c>: whose word counts on who sent a request, and whether by https. Which host it was sent to is taken
/// from nobody: every address that a service tells is configuration.
/// </summary>
internal sealed class KnownProxiesOptions
{
    public const string Section = "ForwardedHeaders";
    public const string NetworksSetting = $"{Section}:{nameof(KnownNetworks)}";
    public const int MaxForwardLimit = 10;

    /// <summary>
    /// Networks, such as <c>10.4.0.0/16</c>, and addresses of the proxies whose X-Forwarded-For and X-Forwarded-Proto are taken. None by
    /// default, and then nobody's are. Whoever is in one can name any sender.
    /// </summary>
    public IList<string> KnownNetworks { get; } = [];

    /// <summary>
    /// How many known proxies may stand in a row, and so how many entries of the headers are read, from their end; default 1, from 1 to 10.
    /// What stands before those was there when the first proxy got the request: anyone can have written it.
    /// </summary>
    public int ForwardLimit { get; set; } = 1;
}
