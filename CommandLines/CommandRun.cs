using System.CommandLine;
using System.Text.Json;

namespace B2BAssertions.CommandLines;

/// <summary>One command as it was typed: its options, and where it writes. Tools add what their commands work with.</summary>
/// <param name="json">The option that asks for JSON.</param>
public class CommandRun(ParseResult typed, Surroundings surroundings, Option<bool> json) : IAsyncDisposable
{
    public TextWriter Output => Surroundings.Output;

    public TextWriter Error => Surroundings.Error;

    public TimeProvider Time => Surroundings.Time;

    public bool IsJson => typed.GetValue(json);

    protected Surroundings Surroundings { get; } = surroundings;

    public T Get<T>(Argument<T> argument) => typed.GetRequiredValue(argument);

    public T? Get<T>(Option<T> option) => typed.GetValue(option);

    /// <summary>Shows one thing.</summary>
    public void Show(JsonElement item, IReadOnlyList<Column> columns)
    {
        if (IsJson)
        {
            ShowJson(item);
        }
        else
        {
            TextTable.WriteBlock(Output, columns, item);
        }
    }

    /// <summary>Shows the items of a list.</summary>
    /// <param name="list">What holds the items, for JSON.</param>
    public void ShowList(JsonElement list, Func<JsonElement, IEnumerable<JsonElement>> itemsOf, IReadOnlyList<Column> columns)
    {
        if (IsJson)
        {
            ShowJson(list);
        }
        else
        {
            TextTable.WriteRows(Output, columns, itemsOf(list));
        }
    }

    /// <summary>On one line, as it came.</summary>
    public void ShowJson(JsonElement json) => Output.WriteLine(json.GetRawText());

    /// <summary>A warning and no more: container platforms mount secrets with wider modes.</summary>
    public void WarnOfOpenFile(string what, string path) => Error.WriteLine(
        $"Warning: the {what} '{path}' is open to group or others. Unless your platform mounts it so: chmod 600.");

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
