using System.Text.Json;

using B2BAssertions.PartnerClient.AccessTokens;
using B2BAssertions.PartnerClient.Doctor.Servers;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.Doctor.Checks;

/// <summary>The authorization server is there and describes itself (RFC 8414 §3, or OpenID Connect Discovery §4).</summary>
internal sealed class MetadataCheck(
    ServerDocuments documents, ServerFaults faults, IOptions<AccessTokenOptions> options, Facts facts) : ICheck
{
    public const string IssuerSetting = $"{PartnerClientOptions.Section}:{nameof(AccessTokenOptions.Issuer)}";

    public async Task<CheckResult> RunAsync(CancellationToken cancellationToken)
    {
        var (exchange, other) = await documents.GetMetadataAsync(cancellationToken);
        var fault = faults.Find(exchange.Address, exchange.Answer, IssuerSetting) ?? Read(exchange);
        if (fault is null)
        {
            return CheckResult.Ok(exchange.Address);
        }

        fault = other is null ? fault : fault with { Message = $"{fault.Message} {other.Address} {other.Answer.Description}." };
        return options.Value.TokenEndpoint is null ? fault : GoOnWithout(fault);
    }

    private CheckResult? Read(Exchange exchange)
    {
        if (exchange.Answer is { IsSuccess: true, Json: { } json })
        {
            facts.Metadata = json;
            return null;
        }

        return CheckResult.Failed(
            "metadata_unreadable",
            $"{exchange.Address} {exchange.Answer.Description}: expected the authorization server's metadata, a JSON object.",
            $"Set {IssuerSetting} to the issuer as the API owner states it, and look for a proxy in between.");
    }

    /// <summary>A token endpoint in the settings is there for servers without metadata.</summary>
    private CheckResult GoOnWithout(CheckResult fault)
    {
        facts.Metadata = JsonSerializer.SerializeToElement(new { });
        return fault with
        {
            Status = CheckStatus.Warning,
            WhatToDo = $"Nothing, if this server has none: {PartnerClientOptions.Section}:{nameof(AccessTokenOptions.TokenEndpoint)} is set.",
        };
    }
}
