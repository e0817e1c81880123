using System.IO.Pipelines;

namespace Plantroom.Mqtt.Broker.Listening;

/// <summary>
/// Any other duplex stream, such as a WebSocket's. Some of them break for good when a read is cancelled, so that nothing could be sent
/// any more; here only the pipe in between is cancelled.
/// </summary>
internal sealed class StreamWire : Wire
{
    private readonly Pipe pipe = new(new PipeOptions(pauseWriterThreshold: 64 * 1024, resumeWriterThreshold: 32 * 1024));

    public StreamWire(Stream stream, MqttPeer peer)
        : base(stream, peer) => _ = FillAsync();

    public override PipeReader Reader => pipe.Reader;

    /// <remarks>How much a stream lingers when it is closed is its own affair.</remarks>
    public override Task FinishAsync(bool lingers, CancellationToken patience) => Stream.DisposeAsync().AsTask().WaitAsync(patience);

    public override void Dispose() => Stream.Dispose();

    private async Task FillAsync()
    {
        Exception? end = null;
        try
        {
            do
            {
                // An idle connection holds no buffer.
                _ = await Stream.ReadAsync(Memory<byte>.Empty);
            }
            while (await ReadAsync());
        }
        catch (Exception exception)
        {
            end = exception as IOException ?? new IOException("The stream is broken.", exception);
        }

        await pipe.Writer.CompleteAsync(end);
    }

    private async ValueTask<bool> ReadAsync()
    {
        var count = await Stream.ReadAsync(pipe.Writer.GetMemory());
        if (count == 0) return false;
        pipe.Writer.Advance(count);
        return !(await pipe.Writer.FlushAsync()).IsCompleted;
    }
}
