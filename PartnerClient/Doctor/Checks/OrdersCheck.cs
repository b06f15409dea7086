using System.Net;

using B2BAssertions.PartnerClient.Doctor.Servers;
using B2BAssertions.PartnerClient.Orders;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.Doctor.Checks;

/// <summary>The API takes the token: one list of one order at most.</summary>
internal sealed class OrdersCheck(Probe probe, ServerFaults faults, IOptions<PartnerClientOptions> options, Facts facts) : ICheck
{
    public async Task<CheckResult> RunAsync(CancellationToken cancellationToken)
    {
        var address = $"{options.Value.OrdersApi.TrimEnd('/')}/orders?limit=1";
        var exchange = await probe.GetAsync(address, facts.Token.Value, cancellationToken);
        if (faults.Find(address, exchange.Answer, OrdersClient.Setting) is { } fault)
        {
            return fault;
        }

        if (exchange.Answer.Status >= HttpStatusCode.BadRequest)
        {
            return CheckResult.Failed("orders_refused", $"{address} {exchange.Answer.Description}.", WhatToDo(exchange));
        }

        return exchange.Answer is { IsSuccess: true, Json: { } json } && OrdersPage.TryRead(json, new Uri(address), out _)
            ? CheckResult.Ok($"200 with a page of orders from {address}")
            : CheckResult.Failed(
                "orders_unreadable",
                $"{address} {exchange.Answer.Description}, and not with a page of orders.",
                $"Check that {OrdersClient.Setting} is the base address of the orders API, and look for a proxy in between.");
    }

    private string WhatToDo(Exchange exchange) => exchange.Answer switch
    {
        { Status: HttpStatusCode.Unauthorized } =>
            $"The API does not take tokens of {options.Value.Issuer}, or not this one: ask the API owner, with the trace id below, which issuer and "
                + "audience the API expects.",
        { Status: HttpStatusCode.Forbidden, ProblemCode: "client_authentication_weak" } =>
            "The API expects stronger client authentication than the token tells of: ask the API owner, with the trace id below.",
        { Status: HttpStatusCode.Forbidden } => $"Add the scope {Scope(exchange)}to PartnerClient:Scope, or ask the API owner to grant it.",
        _ => $"Check that {OrdersClient.Setting} is the base address of the orders API.",
    };

    private static string Scope(Exchange exchange) => exchange.Reception?.RequiredScope is { } scope ? $"'{scope}' " : "that it needs ";
}
