using System.Text.Json;

using B2BAssertions.Jose;

namespace B2BAssertions.OrdersApi.Orders;

/// <summary>What is wrong with an order, member by member: the path of each, for example <c>lines[0].quantity</c>, and what was expected there.</summary>
internal sealed class OrderErrors
{
    /// <summary>Whoever sends nonsense need not be told about all of it.</summary>
    private const int Max = 50;

    private readonly Dictionary<string, string[]> _messages = [];

    public IReadOnlyDictionary<string, string[]> Messages => _messages;

    public void Add(string path, string message)
    {
        if (_messages.Count < Max)
        {
            _messages.TryAdd(path, [message]);
        }
    }

    /// <summary>A misspelt member is refused, never overlooked.</summary>
    public void RefuseOthers(JsonElement parent, string prefix, params ReadOnlySpan<string> known)
    {
        foreach (var member in parent.EnumerateObject())
        {
            if (!known.Contains(member.Name))
            {
                Add($"{prefix}{ForeignText.Shown(member.Name)}", "There is no such member.");
            }
        }
    }

    /// <summary>The member, or an error that it is missing.</summary>
    public bool TryGet(JsonElement parent, string prefix, string name, string expected, out JsonElement member)
    {
        if (parent.TryGetProperty(name, out member))
        {
            return true;
        }

        Add($"{prefix}{name}", $"It is missing: expected {expected}.");
        return false;
    }
}
