using System.Buffers;
using System.CommandLine;
using System.Text.Json;

using B2BAssertions.CommandLines;
using B2BAssertions.Jose;
using B2BAssertions.KeyFiles;
using B2BAssertions.PartnerClient.Http;
using B2BAssertions.PartnerClient.Orders;
using B2BAssertions.ServiceDefaults;

namespace B2BAssertions.PartnerClient.Commands;

/// <summary><c>orders create</c>: places an order, once however often it is sent.</summary>
internal static class NewOrderCommand
{
    private const string StandardInput = "-";

    /// <summary>Far more than an API takes: what is larger is another file.</summary>
    private const int MaxBytes = 1024 * 1024;

    private const int MaxKeyLength = 255;

    /// <summary>What a UUID or base64url is made of, and more; nothing that a structured field would have to escape.</summary>
    private static readonly SearchValues<char> KeyCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");

    private static readonly Option<string?> File = FileNames.Option(
        "--file", $"The order as the API takes it, one JSON object; {StandardInput} for standard input.", isRequired: true);

    public static Command Create(CommandFactory<PartnerRun> commands)
    {
        var scope = Globals.Scope($"'{SystemSettings.WriteScope}'");
        var idempotencyKey = new Option<string?>("--idempotency-key")
        {
            HelpName = "KEY",
            Description = "To send an order again: the key that the first attempt showed. Default: a new one, shown before anything is sent.",
        };
        idempotencyKey.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var key }] && (key.Length is 0 or > MaxKeyLength || key.AsSpan().ContainsAnyExcept(KeyCharacters)))
            {
                result.AddError($"--idempotency-key: expected 1 to {MaxKeyLength} letters, digits and -._~, such as a UUID.");
            }
        });
        const string Description = "Places an order. Sent again with the same idempotency key, as after a lost answer, it is still placed once.";
        return commands.Create("create", Description, [File, idempotencyKey, scope], async (run, cancellationToken) =>
        {
            var order = await ReadAsync(run, cancellationToken);
            run.AskFor(run.Get(scope) ?? SystemSettings.WriteScope);
            run.OpenKey();
            var key = run.Get(idempotencyKey) ?? Guid.CreateVersion7(run.Part<TimeProvider>().GetUtcNow()).ToString();
            await run.Error.WriteLineAsync($"{OneOrderClient.IdempotencyKeyHeader}: {key}");
            var client = run.Part<OneOrderClient>();
            var answer = (await client.PlaceAsync(order, key, cancellationToken)).OrFail();
            OrderCommands.ShowOrder(run, ReadPlaced(answer, client, key));
        });
    }

    /// <summary>Without an answer nobody knows whether the order is placed, and sending it anew could place it twice.</summary>
    private static JsonElement ReadPlaced(Answer answer, OneOrderClient client, string key)
    {
        if (answer.IsTransient)
        {
            throw CommandException.Failed(
                "order_uncertain",
                $"{client.Orders} {answer.Description}: the order may be placed or not. Send it again with --idempotency-key {key}: it is placed once.");
        }

        return OrderCommands.ReadOrder(answer, client.Orders);
    }

    /// <exception cref="StartupException">It cannot be read.</exception>
    /// <exception cref="CommandException">It is no order.</exception>
    private static async Task<byte[]> ReadAsync(PartnerRun run, CancellationToken cancellationToken)
    {
        var path = run.Get(File)!;
        try
        {
            await using var stream = path == StandardInput ? run.OpenInput() : System.IO.File.OpenRead(path);
            var content = await ReadAsync(stream, cancellationToken);
            return content is not null && StrictJson.TryParse(content, out var json) && json.ValueKind == JsonValueKind.Object
                ? content
                : throw CommandException.Failed(
                    "order_unreadable", $"{File.Name}: '{path}' is not one JSON object of at most {MaxBytes} bytes in which each member stands once.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"{File.Name}: '{path}' cannot be read ({exception.Message}).", exception);
        }
    }

    /// <returns>Null when it is too long.</returns>
    private static async Task<byte[]?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxBytes + 1];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return length <= MaxBytes ? buffer[..length] : null;
    }
}
