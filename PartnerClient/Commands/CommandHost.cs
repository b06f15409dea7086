using B2BAssertions.CommandLines;
using B2BAssertions.ServiceDefaults;

using Microsoft.Extensions.Options;

namespace B2BAssertions.PartnerClient.Commands;

/// <summary>The parts of the worker, with its settings, for one command. Nothing is started, and nothing is made that is missing.</summary>
/// <param name="settings">As they were typed.</param>
/// <param name="configure">What a test changes; nothing otherwise.</param>
internal sealed class CommandHost(string[] settings, Surroundings surroundings, Action<WebApplicationBuilder>? configure)
{
    /// <param name="adjust">What this command has otherwise than the worker.</param>
    public WebApplication Build(Action<WebApplicationBuilder>? adjust)
    {
        var builder = WebApplication.CreateBuilder(OwnSettings.From(settings));
        configure?.Invoke(builder);
        builder.AddCommandDefaults(ServiceNames.PartnerClient);
        builder.Logging.AddProvider(new WarningsForPeople(surroundings.Error));
        builder.Services.AddPartner(builder.Configuration);
        adjust?.Invoke(builder);
        if (HttpAddress.IsHttpAllowed(builder.Configuration))
        {
            surroundings.Error.WriteLine($"Warning: {SettingNames.AllowHttp}: over http, assertions and tokens can be read on the wire.");
        }

        return builder.Build();
    }

    /// <summary>One sentence for what a partner can mend; null for what is a fault of the program and deserves its stack trace.</summary>
    public static string? WhyItFailed(Exception exception) => exception switch
    {
        OptionsValidationException invalid => string.Join(Environment.NewLine, invalid.Failures),
        // The configuration binder's sentence names the setting and the type it expects.
        InvalidOperationException { InnerException: FormatException } unreadable => unreadable.Message,
        _ => null,
    };
}
