namespace B2BAssertions.PartnerClient.AccessTokens.Assertion;

/// <summary>A client assertion. Its text goes into the form of one request and nowhere else (PC-07).</summary>
internal sealed class SignedAssertion(string text, string kid, string algorithm)
{
    public string Text => text;

    public string Kid => kid;

    public string Algorithm => algorithm;
}
