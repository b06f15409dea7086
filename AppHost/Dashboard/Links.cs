namespace B2BAssertions.AppHost.Dashboard;

/// <summary>Links beside a resource in the dashboard.</summary>
internal static class Links
{
    public static IResourceBuilder<ProjectResource> WithLink(this IResourceBuilder<ProjectResource> service, string path, string text) =>
        service.WithLink(ServiceResources.Endpoint, path, text);

    public static IResourceBuilder<T> WithLink<T>(this IResourceBuilder<T> resource, string endpoint, string path, string text)
        where T : IResourceWithEndpoints =>
        resource.WithUrlForEndpoint(endpoint, (EndpointReference _) => new ResourceUrlAnnotation { Url = path, DisplayText = text });
}
