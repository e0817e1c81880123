using System.Threading.Channels;

namespace Plantroom.Dashboard.Live;

/// <summary>
/// One reader of all changes of alarms, behind a queue of its own so that a slow one delays nobody. When its queue overflows it is told
/// to begin again with the whole list.
/// </summary>
internal sealed class AlarmFollower : IDisposable
{
    private readonly LiveAlarms alarms;
    private readonly Channel<AlarmChange?> queue;
    private int beginAgain;

    public AlarmFollower(LiveAlarms alarms, int capacity)
    {
        this.alarms = alarms;
        var options = new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true };
        queue = Channel.CreateBounded<AlarmChange?>(options, _ => Volatile.Write(ref beginAgain, 1));
    }

    /// <summary>Waits for changes; false when the follower was disposed.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => queue.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>
    /// Takes what is waiting. Null means: changes were missed, the queue has been emptied, begin again with
    /// <see cref="LiveAlarms.Active"/>, which has all of them.
    /// </summary>
    public IReadOnlyList<AlarmChange>? TakeAll()
    {
        List<AlarmChange> taken = [];
        while (queue.Reader.TryRead(out var change))
            if (change is not null)
                taken.Add(change);
        return Interlocked.Exchange(ref beginAgain, 0) == 0 ? taken : null;
    }

    public void Put(AlarmChange change) => queue.Writer.TryWrite(change);

    public void BeginAgain()
    {
        Volatile.Write(ref beginAgain, 1);
        queue.Writer.TryWrite(null);
    }

    public void Dispose()
    {
        alarms.Unfollow(this);
        queue.Writer.TryComplete();
    }
}
