using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Plantroom.Dashboard.Tests.Alarms;

/// <summary>The least a SignalR client needs to speak over a WebSocket: two pipes and two pumps.</summary>
internal sealed class WebSocketConnectionFactory(string? origin = null) : IConnectionFactory
{
    public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var socket = new ClientWebSocket();
        if (origin is not null) socket.Options.SetRequestHeader("Origin", origin);
        var address = new UriBuilder(((UriEndPoint)endpoint).Uri) { Scheme = "ws" }.Uri;
        await socket.ConnectAsync(address, cancellationToken);
        return new WebSocketConnection(socket);
    }

    private sealed class WebSocketConnection : ConnectionContext
    {
        private readonly ClientWebSocket socket;
        private readonly CancellationTokenSource closed = new();
        private readonly Pipe input = new();
        private readonly Pipe output = new();
        private readonly Task receiving;
        private readonly Task sending;

        public WebSocketConnection(ClientWebSocket socket)
        {
            this.socket = socket;
            Transport = new Duplex(input.Reader, output.Writer);
            receiving = ReceiveAsync();
            sending = SendAsync();
        }

        public override string ConnectionId { get; set; } = Guid.NewGuid().ToString();

        public override IFeatureCollection Features { get; } = new FeatureCollection();

        public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

        public override IDuplexPipe Transport { get; set; }

        public override async ValueTask DisposeAsync()
        {
            // Ending a receive aborts the socket, so what is still to be sent goes first.
            await output.Writer.CompleteAsync();
            await sending;
            await closed.CancelAsync();
            await receiving;
            socket.Dispose();
            closed.Dispose();
            await base.DisposeAsync();
        }

        private async Task ReceiveAsync()
        {
            try
            {
                while (true)
                {
                    var received = await socket.ReceiveAsync(input.Writer.GetMemory(4096), closed.Token);
                    if (received.MessageType is WebSocketMessageType.Close) break;
                    input.Writer.Advance(received.Count);
                    await input.Writer.FlushAsync(closed.Token);
                }
            }
            catch (Exception e) when (e is OperationCanceledException or WebSocketException)
            {
                // Either side may leave without a word.
            }

            await input.Writer.CompleteAsync();
        }

        private async Task SendAsync()
        {
            while (true)
            {
                var read = await output.Reader.ReadAsync();
                await TrySendAsync(read.Buffer);
                output.Reader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted) break;
            }
        }

        private async Task TrySendAsync(ReadOnlySequence<byte> message)
        {
            if (message.IsEmpty || socket.State is not WebSocketState.Open) return;
            try
            {
                await socket.SendAsync(message.ToArray(), WebSocketMessageType.Text, true, CancellationToken.None);
            }
            catch (WebSocketException)
            {
                // The other side has left; the receiving pump says so to the client.
            }
        }

        private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
    }
}
