using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;

namespace Plantroom.Benchmarks;

/// <summary>A bare client of <c>/hubs/alarms</c>: how other programs hear of an alarm. Pages have a way of their own.</summary>
internal sealed class HubListener : IAsyncDisposable
{
    private const char End = '\u001e';
    private readonly ClientWebSocket socket = new();
    private readonly Channel<string> events = Channel.CreateBounded<string>(10_000);
    private Task reading = Task.CompletedTask;

    public static async Task<HubListener> ConnectAsync(Uri host)
    {
        var listener = new HubListener();
        await listener.socket.ConnectAsync(new UriBuilder(host) { Scheme = "ws", Path = "/hubs/alarms" }.Uri, CancellationToken.None);
        await listener.socket.SendAsync(
            Encoding.UTF8.GetBytes("""{"protocol":"json","version":1}""" + End), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        listener.reading = listener.ReadAsync();
        return listener;
    }

    /// <summary>Waits for the next change of the kind; others before it are passed over.</summary>
    public async Task UntilAsync(params string[] kinds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        string heard;
        do heard = await events.Reader.ReadAsync(limit.Token);
        while (!kinds.Contains(heard));
    }

    public async ValueTask DisposeAsync()
    {
        socket.Abort();
        await reading.ContinueWith(static _ => { }, TaskScheduler.Default);
        socket.Dispose();
    }

    private async Task ReadAsync()
    {
        var text = new StringBuilder();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
            text.Append(Encoding.UTF8.GetString(buffer, 0, received.Count));
            var whole = text.ToString();
            var last = whole.LastIndexOf(End);
            if (last < 0) continue;
            foreach (var message in whole[..last].Split(End)) Take(message);
            text.Clear().Append(whole, last + 1, whole.Length - last - 1);
        }
    }

    private void Take(string message)
    {
        using var json = JsonDocument.Parse(message);
        if (!json.RootElement.TryGetProperty("target", out var target) || target.GetString() != "changed") return;
        events.Writer.TryWrite(json.RootElement.GetProperty("arguments")[0].GetProperty("event").GetString()!);
    }
}
