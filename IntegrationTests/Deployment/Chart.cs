using System.Text.Json.Nodes;

using B2BAssertions.IntegrationTests.Conventions;
using B2BAssertions.IntegrationTests.Hosting;

using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace B2BAssertions.IntegrationTests.DeploymentTests;

/// <summary>The Helm chart of <c>deploy/kubernetes</c>, rendered by Helm itself.</summary>
internal static class Chart
{
    public const string Release = "b2b";

    public static string Folder { get; } = Path.Combine(Repository.Folder, "deploy", "kubernetes");

    /// <summary>What Helm says of the chart with these values; each as <c>--set</c> takes it.</summary>
    public static Task<ToolRun> RunAsync(string command, params string[] values)
    {
        Demanded.Program("helm");
        return Tool.RunAsync("helm", Folder, [.. Arguments(command), .. values.SelectMany(value => new[] { "--set-json", value })]);
    }

    /// <summary>The objects that these values make.</summary>
    public static async Task<IReadOnlyList<JsonObject>> RenderAsync(params string[] values) =>
        [.. Read((await RunAsync("template", values)).Succeeded())];

    /// <summary>The objects that the values of a file make.</summary>
    public static async Task<IReadOnlyList<JsonObject>> RenderFileAsync(string file)
    {
        Demanded.Program("helm");
        return [.. Read((await Tool.RunAsync("helm", Folder, ["template", Release, ".", "--values", file])).Succeeded())];
    }

    /// <summary>Those of this kind, by the name of their service.</summary>
    public static Dictionary<string, JsonObject> OfKind(this IEnumerable<JsonObject> objects, params string[] kinds) => objects
        .Where(it => kinds.Contains((string)it["kind"]!))
        .ToDictionary(it => ((string)it["metadata"]!["name"]!)[(Release.Length + 1)..]);

    public static JsonNode PodOf(JsonObject workload) => workload["spec"]!["template"]!["spec"]!;

    public static JsonNode ContainerOf(JsonObject workload) => PodOf(workload)["containers"]!.AsArray().Single()!;

    private static IEnumerable<string> Arguments(string command) =>
        command == "template" ? ["template", Release, "."] : [command, "."];

    private static IEnumerable<JsonObject> Read(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return stream.Documents.Select(document => Convert(document.RootNode)).OfType<JsonObject>();
    }

    private static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(
            mapping.Children.Select(child => KeyValuePair.Create(((YamlScalarNode)child.Key).Value!, Convert(child.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(Convert)]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "true" or "false" } flag => flag.Value == "true",
        YamlScalarNode { Style: ScalarStyle.Plain } plain when int.TryParse(plain.Value, out var number) => number,
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "" or "null" or "~" } => null,
        YamlScalarNode text => text.Value,
        _ => throw new InvalidOperationException($"No JSON for {node.NodeType}."),
    };
}
