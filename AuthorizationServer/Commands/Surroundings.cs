namespace B2BAssertions.AuthorizationServer.Commands;

/// <summary>What a command has around it.</summary>
/// <param name="Output">Where results go, and nothing else, so that they can be piped.</param>
/// <param name="Error">Where warnings, failures and hints go.</param>
/// <param name="Configure">What a test adds; nothing otherwise.</param>
internal sealed record Surroundings(TextWriter Output, TextWriter Error, Action<WebApplicationBuilder>? Configure = null);
