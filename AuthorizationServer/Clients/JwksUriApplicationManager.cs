using System.ComponentModel.DataAnnotations;
using System.Runtime.CompilerServices;

using Microsoft.Extensions.Options;

using OpenIddict.Abstractions;
using OpenIddict.Core;
using OpenIddict.EntityFrameworkCore.Models;

namespace B2BAssertions.AuthorizationServer.Clients;

/// <summary>
/// Lets a confidential client be stored without a secret and without a key, of which OpenIddict demands one (ID2113). The client's keys are
/// at its jwks_uri, which OpenIddict does not know, or in a property: where its own, laxer check of assertions would look, there are none.
/// </summary>
internal sealed class JwksUriApplicationManager(
    IOpenIddictApplicationCache<OpenIddictEntityFrameworkCoreApplication> cache,
    ILogger<OpenIddictApplicationManager<OpenIddictEntityFrameworkCoreApplication>> logger,
    IOptionsMonitor<OpenIddictCoreOptions> options,
    IOpenIddictApplicationStore<OpenIddictEntityFrameworkCoreApplication> store)
    : OpenIddictApplicationManager<OpenIddictEntityFrameworkCoreApplication>(cache, logger, options, store)
{
    private static readonly string SecretOrKeyMissing = OpenIddictResources.GetResourceString(OpenIddictResources.ID2113);

    public override async IAsyncEnumerable<ValidationResult> ValidateAsync(
        OpenIddictEntityFrameworkCoreApplication application,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var result in base.ValidateAsync(application, cancellationToken))
        {
            if (result.ErrorMessage != SecretOrKeyMissing)
            {
                yield return result;
            }
        }
    }
}
