using Plantroom.Mqtt.Delivery;
using Plantroom.Mqtt.Persistence;

namespace Plantroom.Mqtt.Client;

/// <summary>
/// A message in the offline queue, and the change that brings it into the file. One that is acknowledged before its turn at the disk
/// comes is never written.
/// </summary>
/// <param name="number">Its place in the order.</param>
/// <param name="message">What is sent.</param>
/// <param name="qos">QoS 1 or 2.</param>
/// <param name="retain">Whether it is retained.</param>
/// <param name="isWritten">Whether it comes from the file.</param>
internal sealed class QueuedMessage(long number, StoredMessage message, MqttQos qos, bool retain, bool isWritten) : Change<OutboxFile>
{
    private readonly TaskCompletionSource safe = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool gone;

    public long Number => number;

    public StoredMessage Message => message;

    public MqttQos Qos => qos;

    public bool Retain => retain;

    /// <summary>Bytes that it counts for: its own and those of its book-keeping.</summary>
    public int Bytes => message.Size + 200;

    /// <summary>Whether it is in the file. Belongs to the thread that commits.</summary>
    public bool IsWritten { get; private set; } = isWritten;

    /// <summary>Completes when it is in the file, or was acknowledged before.</summary>
    public Task Safe => safe.Task;

    /// <summary>The broker has acknowledged it, or it is given up.</summary>
    public void Leave()
    {
        gone = true;
        safe.TrySetResult();
    }

    public override void Write(OutboxFile file)
    {
        if (gone) return;
        file.Insert(this);
        IsWritten = true;
    }

    public override void Committed() => safe.TrySetResult();

    public override bool Failed(Exception exception)
    {
        IsWritten = false;
        if (exception is not ObjectDisposedException) return !gone;
        safe.TrySetException(new IOException("The client was disposed before the message was on the disk.", exception));

        // Whoever published may have stopped waiting for it.
        _ = safe.Task.Exception;
        return false;
    }
}

/// <summary>Takes a message out of the file.</summary>
internal sealed class Removal(QueuedMessage message) : Change<OutboxFile>
{
    public override void Write(OutboxFile file)
    {
        if (message.IsWritten) file.Delete(message.Number);
    }

    public override void Committed()
    {
        // Nobody waits for it.
    }

    public override bool Failed(Exception exception) => exception is not ObjectDisposedException;
}
