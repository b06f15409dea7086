using System.Net;

using B2BAssertions.ServiceDefaults;

using Xunit;

namespace B2BAssertions.IntegrationTests.ServiceDefaultsTests;

/// <summary>What every outgoing HTTP client does alike.</summary>
public sealed class HttpClientTests
{
    [Theory]
    [InlineData("http://localhost:3000", true)]
    [InlineData("http://127.0.0.1:3000", true)]
    [InlineData("http://[::1]:3000", true)]
    [InlineData("https://keys.example", false)]
    public void The_environments_proxy_is_not_asked_for_this_machine(string address, bool isDirect) =>
        Assert.Equal(isDirect, new LoopbackIsDirect(new WebProxy("http://proxy.example:8080")).IsBypassed(new Uri(address)));
}
