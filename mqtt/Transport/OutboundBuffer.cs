using System.Buffers;
using Plantroom.Mqtt.Codec;
using Plantroom.Mqtt.Delivery;

namespace Plantroom.Mqtt.Transport;

/// <summary>
/// What waits to be sent over one connection, as bytes: any thread appends packets, one pump at a time sends all of them at once. While
/// it sends one array, the next one is filled.
/// <code>
///  read loops of publishers ──┐
///  PUBACKs of this connection ┼──► filling ──swap──► sending ──► socket
///  the session's queue ───────┘    (bounded)
/// </code>
/// </summary>
internal sealed class OutboundBuffer(Stream stream, int maximumMessages, int maximumBytes, IOutboundOwner owner) : IThreadPoolWorkItem
{
    private const int SmallestArray = 1024;

    /// <summary>With that much there is no more to gain from waiting for others.</summary>
    private const int MostDeferred = 16 * 1024;

    private readonly Lock gate = new();
    private byte[] filling = [];
    private int filled;
    private int messages;
    private bool pumping;
    private bool isSending;
    private bool wanted;
    private bool deferred;
    private bool urgent;
    private long lastFlush;
    private bool closed;
    private object? lastWriter;
    private TaskCompletionSource? fillingSent;
    private TaskCompletionSource? sendingSent;

    /// <summary>Who has last written here and will pump at the end of its batch. A hint that avoids doing it twice.</summary>
    public object? Toucher { get; set; }

    /// <summary>Whether more waits than may wait; whoever causes packets should stop for a while.</summary>
    public bool IsFull
    {
        get
        {
            lock (gate) return filled >= maximumBytes || messages >= maximumMessages;
        }
    }

    /// <summary>Bytes that wait for the socket.</summary>
    public int Waiting
    {
        get
        {
            lock (gate) return filled;
        }
    }

    /// <summary>The topic aliases that the other side takes; null for none. Set before the first message.</summary>
    public OutboundAliases? Aliases { get; set; }

    /// <summary>Bytes that went to the socket. Read by the pump only, in a call of its owner.</summary>
    public long BytesSent { get; private set; }

    /// <summary>Whether there is room for a message of that many bytes.</summary>
    public bool HasRoom(int size)
    {
        lock (gate) return Fits(size);
    }

    /// <summary>Appends a message.</summary>
    /// <returns>False when there is no room for it. A message alone always has room.</returns>
    public bool TryPublish(in PublishPacket packet, in PublishForm form)
    {
        lock (gate)
        {
            if (closed) return false;
            if (Aliases is not null) return TryPublish(packet, form, Aliases);
            var size = packet.Size(form);
            if (!Fits(size)) return false;
            packet.Write(Reserve(size), form);
            messages++;
            return true;
        }
    }

    /// <summary>Appends a message that nothing else travels with.</summary>
    public bool TryPublish(
        in PublishPacket packet, MqttQos qos, bool retain, bool duplicate, ushort packetId, MqttProtocolVersion version) =>
        TryPublish(packet, new PublishForm(qos, version) { Retain = retain, Duplicate = duplicate, PacketId = packetId });

    /// <summary>Appends a packet whatever is waiting.</summary>
    public void Write(ReadOnlySpan<byte> packet, bool isMessage = false)
    {
        lock (gate)
        {
            if (closed) return;
            packet.CopyTo(Reserve(packet.Length));
            if (isMessage) messages++;
            else urgent = true;
        }
    }

    /// <summary>Appends acknowledgements whatever is waiting.</summary>
    public void Write(ReadOnlySpan<Answer> answers)
    {
        var size = 0;
        foreach (ref readonly var answer in answers) size += answer.Size;
        lock (gate)
        {
            if (closed) return;
            urgent = true;
            var target = Reserve(size);
            foreach (ref readonly var answer in answers) target = target[answer.Write(target)..];
        }
    }

    /// <summary>Sends from this thread; goes on in the background when the socket does not take everything at once.</summary>
    public void Pump()
    {
        if (TryStart()) _ = PumpAsync();
    }

    /// <summary>
    /// Sends what one of several writers has appended. One that writes alone sends from its own thread. Where writers take turns, as many
    /// publishers to one subscriber do, sending is put behind what this thread still has to do, so that they share it.
    /// </summary>
    public void PumpFor(object writer)
    {
        var alone = ReferenceEquals(Interlocked.Exchange(ref lastWriter, writer), writer);
        if (alone) Pump();
        else RequestPump();
    }

    /// <summary>Sends from another thread, so that more can be appended meanwhile.</summary>
    public void RequestPump()
    {
        if (Volatile.Read(ref wanted)) return;
        if (TryStart()) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <summary>What was appended fills what the other side takes unanswered, or was waited for: it is not held back.</summary>
    public void Hurry() => Volatile.Write(ref urgent, true);

    /// <summary>Lets messages wait for <see cref="PumpDeferred"/>, because some were sent only just now. Not when there are many, or
    /// anything that somebody waits for.</summary>
    /// <param name="now">A timestamp.</param>
    /// <param name="span">How long "just now" is.</param>
    /// <param name="isNew">Whether they did not wait before.</param>
    /// <returns>False when they are to be sent now.</returns>
    public bool TryDefer(long now, long span, out bool isNew)
    {
        lock (gate)
        {
            isNew = false;
            if (urgent || filled >= MostDeferred || now - lastFlush >= span)
            {
                lastFlush = now;
                return false;
            }

            isNew = !deferred;
            return deferred = true;
        }
    }

    /// <summary>Sends what has waited.</summary>
    public void PumpDeferred(long now)
    {
        lock (gate) (deferred, lastFlush) = (false, now);
        Pump();
    }

    /// <summary>Sends, unless there is nothing but messages that wait for <see cref="PumpDeferred"/>.</summary>
    public void PumpUnlessDeferred()
    {
        lock (gate)
        {
            if (deferred && !urgent) return;
        }

        Pump();
    }

    void IThreadPoolWorkItem.Execute() => _ = PumpAsync();

    /// <summary>Completes when everything that was appended until now has gone to the socket, or never will.</summary>
    public Task WaitUntilSentAsync()
    {
        lock (gate)
        {
            if (closed) return Task.CompletedTask;
            if (filled > 0) return Completion(ref fillingSent);
            return isSending ? Completion(ref sendingSent) : Task.CompletedTask;
        }
    }

    /// <summary>Forgets what waits; nothing is appended any more.</summary>
    public void Close()
    {
        lock (gate)
        {
            closed = true;
            if (!pumping) Empty();
        }
    }

    private bool TryPublish(in PublishPacket packet, in PublishForm form, OutboundAliases aliases)
    {
        var aliased = aliases.Apply(packet, form, out var isNew);
        var size = packet.Size(aliased);
        if (!Fits(size)) return false;
        packet.Write(Reserve(size), aliased);
        if (isNew) aliases.Add(packet.Topic);
        messages++;
        return true;
    }

    private bool Fits(int size) => filled == 0 || (messages < maximumMessages && filled + size <= maximumBytes);

    private bool TryStart()
    {
        lock (gate)
        {
            wanted = true;
            if (pumping || closed) return false;
            return pumping = true;
        }
    }

    private async Task PumpAsync()
    {
        try
        {
            while (true)
            {
                Volatile.Write(ref wanted, false);
                Interlocked.MemoryBarrier();
                owner.BeforeSend();
                if (!TrySwap(out var sending, out var length, out var count)) return;
                if (length == 0) continue;
                await stream.WriteAsync(sending.AsMemory(0, length));
                ArrayPool<byte>.Shared.Return(sending);
                BytesSent += length;
                Sent();
                owner.AfterSend(count);
            }
        }
        catch (Exception exception)
        {
            // Whatever it is, the owner ends the connection: with a pump that has died unseen it would stall for ever.
            lock (gate)
            {
                pumping = false;
                closed = true;
                Empty();
            }

            owner.SendFailed(exception);
        }
    }

    /// <summary>Takes what is filled. When there is nothing, the pump ends, unless something became due since it last looked.</summary>
    private bool TrySwap(out byte[] sending, out int length, out int count)
    {
        lock (gate)
        {
            (sending, length, count) = (filling, filled, messages);
            if (filled > 0 && !closed)
            {
                (filling, filled, messages, urgent) = ([], 0, 0, false);
                (sendingSent, fillingSent, isSending) = (fillingSent, null, true);
                return true;
            }

            if (wanted && !closed) return true;
            pumping = false;
            Empty();
            return false;
        }
    }

    private Span<byte> Reserve(int size)
    {
        if (filled + size > filling.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Math.Max(SmallestArray, filled + size), filling.Length * 2));
            filling.AsSpan(0, filled).CopyTo(larger);
            if (filling.Length > 0) ArrayPool<byte>.Shared.Return(filling);
            filling = larger;
        }

        var target = filling.AsSpan(filled, size);
        filled += size;
        return target;
    }

    private void Empty()
    {
        if (filling.Length > 0) ArrayPool<byte>.Shared.Return(filling);
        (filling, filled, messages) = ([], 0, 0);
        Complete(ref fillingSent);
        Complete(ref sendingSent);
    }

    private void Sent()
    {
        lock (gate)
        {
            isSending = false;
            Complete(ref sendingSent);
        }
    }

    private static Task Completion(ref TaskCompletionSource? sent) =>
        (sent ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    private static void Complete(ref TaskCompletionSource? sent)
    {
        sent?.TrySetResult();
        sent = null;
    }
}
