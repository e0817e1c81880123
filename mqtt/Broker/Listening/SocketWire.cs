using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using Plantroom.Mqtt.Transport;

namespace Plantroom.Mqtt.Broker.Listening;

/// <summary>A TCP connection, plain or with TLS.</summary>
/// <param name="socket">The connection; closed with the wire.</param>
/// <param name="stream">The socket's own stream, or the TLS stream over it.</param>
/// <param name="peer">Who is at the other end.</param>
internal sealed class SocketWire(Socket socket, Stream stream, MqttPeer peer) : Wire(stream, peer)
{
    /// <summary>Bytes. The kernel wakes nobody for fewer (SO_RCVLOWAT), except for the end of the connection.</summary>
    private const int ALittle = 8 * 1024;

    private readonly ReceivePipe reader = new(stream);
    private bool isLulled;

    public override PipeReader Reader => reader;

    /// <inheritdoc/>
    public override bool IsLulled
    {
        get => isLulled;
        set
        {
            if (isLulled == value || Stream is not NetworkStream || !OperatingSystem.IsLinux()) return;
            isLulled = value;
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReceiveLowWater, value ? ALittle : 1);
        }
    }

    /// <inheritdoc/>
    /// <remarks>A TLS stream may have read ahead.</remarks>
    public override bool IsQuiet => Stream is NetworkStream && socket.Available == 0;

    public override async Task FinishAsync(bool lingers, CancellationToken patience)
    {
        IsLulled = false;
        if (Stream is SslStream secured) await secured.ShutdownAsync().WaitAsync(patience);
        socket.Shutdown(SocketShutdown.Send);
        if (lingers) await ReadToEndAsync(patience);
    }

    public override void Dispose()
    {
        socket.Dispose();
        reader.Dispose();
        if (Stream is SslStream) Stream.Dispose();
    }

    private async Task ReadToEndAsync(CancellationToken cancellationToken)
    {
        var scratch = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            while (await socket.ReceiveAsync(scratch.AsMemory(), cancellationToken) > 0)
            {
                // Thrown away: what comes after the broken packet has no meaning.
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }
}
