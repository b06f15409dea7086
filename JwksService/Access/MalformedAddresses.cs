using B2BAssertions.JwksService.Partners;

namespace B2BAssertions.JwksService.Access;

/// <summary>
/// Answers addresses that can name nothing here, before the database is asked: PostgreSQL refuses text with NUL, which is then an error
/// of the program.
/// </summary>
internal static class MalformedAddresses
{
    public static TBuilder RefusesMalformedAddresses<TBuilder>(this TBuilder endpoints)
        where TBuilder : IEndpointConventionBuilder =>
        endpoints.AddEndpointFilter(async (context, next) =>
        {
            var values = context.HttpContext.Request.RouteValues;
            if (values["clientId"] is string clientId && !ClientId.IsSound(clientId))
            {
                return RegistryFault.PartnerUnknown.ToProblem();
            }

            return values["kid"] is string kid && kid.Any(char.IsControl) ? RegistryFault.KeyUnknown.ToProblem() : await next(context);
        });
}
