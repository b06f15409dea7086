using System.Globalization;

using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace B2BAssertions.ServiceDefaults;

/// <summary>What every service's OpenAPI document says alike.</summary>
public static class ApiDocument
{
    /// <summary>
    /// Problems with their code and trace id, enumerations as the text they are, bodies that are optional without being null, answers in
    /// the order of their status. Called before a service adds transformers of its own.
    /// </summary>
    public static void AddHouseRules(this OpenApiOptions options)
    {
        options.AddSchemaTransformer((schema, context, _) => Done(() => Describe(schema, context.JsonTypeInfo.Type)));
        options.AddOperationTransformer((operation, _, _) => Done(() => Describe(operation)));
        options.AddDocumentTransformer((document, _, _) => Done(() => AllowNewMembersInAnswers(document)));
    }

    /// <summary>A <c>limit</c> is read as text, for a better answer to a bad one; to partners it is a number.</summary>
    public static void AddLimit(this OpenApiOptions options, int defaultLimit, int maxLimit) =>
        options.AddOperationTransformer((operation, _, _) => Done(() =>
        {
            foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>().Where(parameter => parameter.Name == "limit") ?? [])
            {
                parameter.Schema = new OpenApiSchema
                {
                    Type = JsonSchemaType.Integer,
                    Minimum = "1",
                    Maximum = maxLimit.ToString(CultureInfo.InvariantCulture),
                    Default = defaultLimit,
                };
            }
        }));

    private static void Describe(OpenApiSchema schema, Type type)
    {
        if (type.IsEnum)
        {
            schema.Type = JsonSchemaType.String;
        }

        if (type == typeof(ProblemDetails))
        {
            schema.Description = "An error (RFC 9457).";
            schema.Properties ??= new Dictionary<string, IOpenApiSchema>();
            schema.Properties["code"] = Text("Stable code of the error.");
            schema.Properties["traceId"] = Text("Name it when you ask the operator.");
        }
    }

    private static void Describe(OpenApiOperation operation)
    {
        foreach (var content in operation.RequestBody?.Content?.Values ?? [])
        {
            // A body that may be left out is described as one that may be null.
            content.Schema = content.Schema?.OneOf?.OfType<OpenApiSchemaReference>().SingleOrDefault() ?? content.Schema;
        }

        if (operation.Responses is { } responses)
        {
            operation.Responses = [];
            foreach (var (status, response) in responses.OrderBy(response => response.Key, StringComparer.Ordinal))
            {
                operation.Responses.Add(status, response);
            }
        }
    }

    /// <summary>Answers may get new members some day, so partners must not be told that there are none; requests must not have others.</summary>
    private static void AllowNewMembersInAnswers(OpenApiDocument document)
    {
        var requests = document.Paths.Values
            .SelectMany(path => path.Operations?.Values ?? Enumerable.Empty<OpenApiOperation>())
            .SelectMany(operation => operation.RequestBody?.Content?.Values ?? Enumerable.Empty<OpenApiMediaType>())
            .Select(content => (content.Schema as OpenApiSchemaReference)?.Reference.Id)
            .ToHashSet();
        foreach (var (name, schema) in document.Components?.Schemas ?? new Dictionary<string, IOpenApiSchema>())
        {
            if (schema is OpenApiSchema answer && !requests.Contains(name))
            {
                answer.AdditionalPropertiesAllowed = true;
            }
        }
    }

    private static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };

    private static Task Done(Action action)
    {
        action();
        return Task.CompletedTask;
    }
}
