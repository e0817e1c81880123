using System.IO.Pipelines;

namespace Plantroom.Mqtt.Tests.Security;

/// <summary>Two ends of a connection in memory. Like a WebSocket, an end is broken for good when a read of it is cancelled.</summary>
internal sealed class Channel(PipeReader input, PipeWriter output) : Stream
{
    private bool isBroken;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public static (Channel Near, Channel Far) Open()
    {
        var (one, two) = (new Pipe(), new Pipe());
        return (new Channel(one.Reader, two.Writer), new Channel(two.Reader, one.Writer));
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await input.AsStream(leaveOpen: true).ReadAsync(buffer, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            isBroken = true;
            throw;
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (isBroken) throw new IOException("A read was cancelled.");
        await output.WriteAsync(buffer, cancellationToken);
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) output.Complete();
        base.Dispose(disposing);
    }
}
