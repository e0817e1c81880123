using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Plantroom.Mqtt.Transport;

/// <summary>
/// What a connection receives, always in one piece. While little or nothing comes, it waits with a small buffer of its own, so that
/// thousands of idle connections cost little and a single packet costs one read. When that is full there is more, which the next
/// read takes into a large buffer from the pool; it goes back as soon as the socket is empty.
/// <code>
///  read 1 KiB ── full? ──► read 64 KiB ── full? ──► read 64 KiB ...
///       ▲          no           ▲ packet larger: doubled   │ no
///       └──────────┴────────────────────────────────────────┘
/// </code>
/// </summary>
/// <remarks>One reader at a time. <see cref="CancelPendingRead"/> ends the reading for good, from any thread.</remarks>
internal sealed class ReceivePipe(Stream stream) : PipeReader, IDisposable
{
    private const int Small = 1024;
    private const int Large = 64 * 1024;

    private readonly byte[] small = new byte[Small];
    private readonly CancellationTokenSource cancelling = new();
    private byte[]? rented;
    private int start;
    private int end;
    private bool looked = true;
    private bool wasFull;
    private bool ended;

    /// <inheritdoc/>
    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        TryRead(out var result) ? new(result) : ReceiveAsync();

    /// <inheritdoc/>
    public override bool TryRead(out ReadResult result)
    {
        result = Result();
        return result.IsCanceled || ended || !looked;
    }

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        start = consumed.GetInteger();
        looked = examined.GetInteger() == end;
    }

    /// <inheritdoc/>
    public override void CancelPendingRead() => cancelling.Cancel();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
        ended = true;
        (start, end) = (0, 0);
        Return();
    }

    /// <inheritdoc/>
    public void Dispose() => cancelling.Dispose();

    private byte[] Buffer => rented ?? small;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> ReceiveAsync()
    {
        MakeRoom();
        try
        {
            var count = await stream.ReadAsync(Buffer.AsMemory(end), cancelling.Token);
            end += count;
            ended = count == 0;
            looked = ended;
            wasFull = end == Buffer.Length;
        }
        catch (OperationCanceledException) when (cancelling.IsCancellationRequested)
        {
            // The result says so.
        }

        return Result();
    }

    private ReadResult Result() => new(new ReadOnlySequence<byte>(Buffer, start, end - start), cancelling.IsCancellationRequested, ended);

    /// <summary>Moves what is left over to the front of the buffer that the next read goes to.</summary>
    private void MakeRoom()
    {
        var left = Buffer.AsSpan(start, end - start);
        if (left.Length < Small && !wasFull)
        {
            left.CopyTo(small);
            Return();
        }
        else if (rented is null || left.Length == rented.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Large, left.Length * 2));
            left.CopyTo(larger);
            Return();
            rented = larger;
        }
        else
        {
            left.CopyTo(rented);
        }

        (start, end) = (0, left.Length);
    }

    private void Return()
    {
        if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        rented = null;
    }
}
