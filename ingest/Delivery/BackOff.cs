namespace Plantroom.Ingest.Delivery;

/// <summary>
/// How long to leave a store alone that does not take anything: 0.5 to 1 s after the first attempt, twice as long after each further one, up
/// to 15 to 30 s. The spread keeps several senders from coming back at the same moment. For one thread at a time.
/// </summary>
internal sealed class BackOff(TimeProvider clock, Random random)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>A server may ask for more time, up to this: one that is wrong about it should not stop the delivery for a day.</summary>
    private static readonly TimeSpan LongestAsked = TimeSpan.FromMinutes(5);

    private TimeSpan next = First;
    private TimeSpan pause;

    /// <summary>Whether the last attempt failed.</summary>
    public bool IsAway { get; private set; }

    /// <summary>When the last attempt failed, as a timestamp of the clock.</summary>
    public long Since { get; private set; }

    /// <summary>How long to wait still; not more than zero when the next attempt may be made.</summary>
    public TimeSpan Remaining => IsAway ? pause - clock.GetElapsedTime(Since) : TimeSpan.Zero;

    /// <summary>An attempt failed.</summary>
    /// <param name="asked">How long the server asks to wait; null when it does not.</param>
    public void Fails(TimeSpan? asked)
    {
        pause = next * (0.5 + (random.NextDouble() / 2));
        if (asked is { } time && time > pause) pause = time < LongestAsked ? time : LongestAsked;
        next = next * 2 < Longest ? next * 2 : Longest;
        Since = clock.GetTimestamp();
        IsAway = true;
    }

    /// <summary>An attempt worked. True when the one before did not.</summary>
    public bool Works()
    {
        var was = IsAway;
        (IsAway, next) = (false, First);
        return was;
    }
}
