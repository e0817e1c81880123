using System.Net.WebSockets;

namespace Plantroom.Host.Mqtt;

/// <summary>
/// The bytes of a WebSocket's binary messages, with no regard to where a message ends. Other than the framework's own stream it refuses
/// text messages, as MQTT demands (MQTT-6.0.0-1), and fails with an <see cref="IOException"/> as sockets do.
/// </summary>
internal sealed class WebSocketBytes(WebSocket socket) : Stream
{
    /// <summary>How long the other side may take to close too. Real time, as it bounds work on a socket.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool isDisposed;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            while (socket.State is WebSocketState.Open or WebSocketState.CloseSent)
            {
                var result = await socket.ReceiveAsync(buffer, cancellationToken);
                if (result.MessageType == WebSocketMessageType.Close) break;
                if (result.MessageType == WebSocketMessageType.Text) await RefuseTextAsync(cancellationToken);
                if (result.Count > 0 || buffer.IsEmpty) return result.Count;
            }

            ended.TrySetResult();
            return 0;
        }
        catch (Exception exception) when (exception is WebSocketException or ObjectDisposedException)
        {
            ended.TrySetResult();
            throw new IOException("The WebSocket is closed.", exception);
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await socket.SendAsync(buffer, WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
        }
        catch (Exception exception) when (exception is WebSocketException or ObjectDisposedException or InvalidOperationException)
        {
            throw new IOException("The WebSocket is closed.", exception);
        }
    }

    /// <summary>Says goodbye, and waits a moment for the other side's: what was sent last arrives so.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (!isDisposed)
        {
            isDisposed = true;
            using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
            try
            {
                if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, patience.Token);
                if (socket.State == WebSocketState.CloseSent) await ended.Task.WaitAsync(patience.Token);
            }
            catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or ObjectDisposedException)
            {
                // It does not listen any more.
            }

            socket.Dispose();
        }

        await base.DisposeAsync();
    }

    public override void Flush()
    {
        // Each write is sent at once.
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        isDisposed = true;
        if (disposing) socket.Dispose();
        base.Dispose(disposing);
    }

    private async Task RefuseTextAsync(CancellationToken cancellationToken)
    {
        await socket.CloseOutputAsync(WebSocketCloseStatus.InvalidMessageType, "MQTT is sent as binary", cancellationToken);
        throw new IOException("A text message is not MQTT.");
    }
}
