using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;

using B2BAssertions.CommandLines;
using B2BAssertions.Jose;
using B2BAssertions.PartnerClient.AccessTokens;
using B2BAssertions.PartnerClient.Flow;

namespace B2BAssertions.PartnerClient.Commands;

/// <summary><c>assertion show</c>: the token request as the worker would send it, decoded and not sent.</summary>
internal static class AssertionCommands
{
    private const string AssertionParameter = "client_assertion";

    /// <summary>In the place of the assertion: with its signature it would be good for a token.</summary>
    private const string Unsigned = "<header>.<claims>.<signature, not shown>";

    public static Command Create(CommandFactory<PartnerRun> commands) => new("assertion", "The assertion that this partner authenticates with.")
    {
        Show(commands),
    };

    private static Command Show(CommandFactory<PartnerRun> commands)
    {
        var scope = Globals.Scope("PartnerClient:Scope");
        const string Description = "Decodes what would be sent for a token: token endpoint, form parameters, the assertion's header and claims. Nothing "
            + "is sent but the question for the server's metadata, and no signature is shown.";
        return commands.Create("show", Description, [scope], async (run, cancellationToken) =>
        {
            var unsent = new UnsentTokenRequest();
            run.AskFor(run.Get(scope), unsent.AddTo);
            run.OpenKey();
            var result = await run.Part<IAccessTokenSource>().GetAsync(cancellationToken);
            if (unsent.Form is not { } form || !UnverifiedJwt.TryParse(form.GetValueOrDefault(AssertionParameter, ""), out var parts))
            {
                // It did not come as far as to a request.
                throw result.TryGetToken(out _, out var failure)
                    ? new InvalidOperationException("A token came without a request.")
                    : FlowFailures.NoToken(failure, run.Part<TimeProvider>()).ToException();
            }

            form[AssertionParameter] = Unsigned;
            Write(run, unsent.Address!, form, JsonObject.Create(parts.Header)!, JsonObject.Create(parts.Claims)!);
        });
    }

    private static void Write(PartnerRun run, string address, Dictionary<string, string> form, JsonObject header, JsonObject claims)
    {
        if (run.IsJson)
        {
            run.ShowJson(JsonSerializer.SerializeToElement(new JsonObject
            {
                ["tokenEndpoint"] = address,
                ["form"] = JsonSerializer.SerializeToNode(form),
                ["header"] = header,
                ["claims"] = claims,
            }));
            return;
        }

        TextTable.Write(run.Output, [["Token endpoint", TerminalText.Of(address)], .. JwtText.TimesIn(claims)]);
        run.Output.WriteLine();
        run.Output.WriteLine("Form");
        TextTable.Write(run.Output, [.. form.Select(parameter => new[] { parameter.Key, TerminalText.Of(parameter.Value) })]);
        JwtText.Write(run.Output, "Header of the assertion", header);
        JwtText.Write(run.Output, "Claims of the assertion", claims);
    }
}
