using System.CommandLine;
using System.CommandLine.Parsing;

using B2BAssertions.CommandLines;

namespace B2BAssertions.JwksService.Commands;

/// <summary>What stands in addresses of the API: each one segment of the path.</summary>
internal static class Arguments
{
    public static Argument<string> ClientId()
    {
        var argument = Segment("CLIENT_ID", "The partner's client id.");
        argument.Validators.Add(result => Refuse(result, text => text.StartsWith('-'), "is no client id: is it a misspelt option?"));
        return argument;
    }

    /// <summary>A kid may begin with a dash: a thumbprint does so one time in 64.</summary>
    public static Argument<string> Kid() => Segment("KID", "The key's kid or thumbprint.");

    public static Argument<string> EnrolmentId() => Segment("ID", "Id of the enrolment token, as 'partners enrolments' lists it.");

    /// <summary>A text of one line for people.</summary>
    public static Option<string> Reason() => new("--reason")
    {
        HelpName = "TEXT",
        Description = "Why, for the audit trail.",
        Required = true,
    };

    private static Argument<string> Segment(string name, string description)
    {
        var argument = new Argument<string>(name) { Description = description };

        // Percent-encoding leaves dots alone, and a dot segment would make the address that of another thing (RFC 3986 §5.2.4).
        argument.Validators.Add(result => Refuse(result, text => text is "" or "." or "..", "cannot stand in an address."));
        return argument;
    }

    private static void Refuse(ArgumentResult result, Predicate<string> isBad, string why)
    {
        if (result.Tokens is [{ Value: var text }] && isBad(text))
        {
            result.AddError($"{result.Argument.Name} '{TerminalText.Of(text)}' {why}");
        }
    }
}
