using System.IO.Pipelines;

namespace Plantroom.Mqtt.Broker.Listening;

/// <summary>What a connection reads from and writes to, and how it is closed so that the last words arrive.</summary>
internal abstract class Wire(Stream stream, MqttPeer peer) : IDisposable
{
    public Stream Stream => stream;

    public MqttPeer Peer => peer;

    /// <summary>What comes in. A pending read of it can be cancelled, and sending still works afterwards.</summary>
    public abstract PipeReader Reader { get; }

    /// <summary>Whether nothing has come that could be read. False where that cannot be told.</summary>
    public virtual bool IsQuiet => false;

    /// <summary>Whether a little that comes wakes nobody. The reader then looks at <see cref="IsQuiet"/> by itself, and ends this before it
    /// waits for anything to come. Without effect where there is no such thing.</summary>
    public virtual bool IsLulled { get => false; set => _ = value; }

    /// <summary>Says that nothing more is sent. May throw what a broken stream throws.</summary>
    /// <param name="lingers">Whether the client may still be sending: a close with unread bytes would throw away what was sent last, and so
    /// they are read first.</param>
    /// <param name="patience">Gives up.</param>
    public abstract Task FinishAsync(bool lingers, CancellationToken patience);

    public abstract void Dispose();
}
