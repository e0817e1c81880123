using Microsoft.Extensions.Options;

namespace Plantroom.Ingest.Delivery;

/// <summary>
/// Decides what is delivered next: live readings as soon as they fill a batch or have waited long enough, and in between the backlog, its
/// oldest readings first and no faster than set. For one thread at a time.
/// </summary>
internal sealed class DeliveryLanes(SpoolBook book, IOptions<SpoolOptions> options, TimeProvider clock)
{
    /// <summary>Live readings that are older than this are too far behind to catch up with: delivery moves to the newest end.</summary>
    private static readonly TimeSpan LiveLag = TimeSpan.FromSeconds(10);

    /// <summary>Time that was not used for the backlog is not made up for beyond this.</summary>
    private static readonly TimeSpan Burst = TimeSpan.FromSeconds(0.5);

    private readonly SpoolOptions settings = options.Value;
    private readonly SpoolReader reader = new(options.Value.BatchReadings);
    private long? liveSince;
    private TimeSpan paced;

    /// <summary>Reads the next batch; null when nothing is due.</summary>
    /// <param name="mayReplay">Whether it may be of the backlog.</param>
    /// <param name="atOnce">Whether live readings are due however few they are.</param>
    /// <param name="lines">Gets the lines.</param>
    /// <param name="wait">When there is nothing: after which time there will be, if nothing is appended before; null when there will not.</param>
    /// <exception cref="IOException">The spool cannot be read.</exception>
    public SpoolBatch? Next(bool mayReplay, bool atOnce, SpoolBuffer lines, out TimeSpan? wait)
    {
        wait = LiveDue(atOnce);
        if (wait <= TimeSpan.Zero)
        {
            if (book.Live > settings.BatchReadings && IsBehind()) book.Jump();
            if (book.Next(isLive: true) is { } live) return Take(reader.Read(live, lines));
            (wait, liveSince) = (null, null);
        }

        if (!mayReplay || book.Next(isLive: false) is not { } backlog) return null;
        var now = clock.GetElapsedTime(0);
        if (paced > now)
        {
            wait = wait is { } w && w < paced - now ? w : paced - now;
            return null;
        }

        var batch = reader.Read(backlog, lines);
        paced = (paced > now - Burst ? paced : now - Burst) + TimeSpan.FromSeconds((double)batch.Readings / settings.ReplayReadingsPerSecond);
        return Take(batch);
    }

    /// <summary>When the oldest reading that is not delivered came in, UTC; null when everything is.</summary>
    public DateTime? OldestArrival() => book.Oldest is { } oldest ? reader.Arrived(oldest) : null;

    private TimeSpan? LiveDue(bool atOnce)
    {
        var waiting = book.Live;
        if (waiting == 0)
        {
            liveSince = null;
            return null;
        }

        liveSince ??= clock.GetTimestamp();
        return atOnce || waiting >= settings.BatchReadings ? TimeSpan.Zero : settings.BatchDelay - clock.GetElapsedTime(liveSince.Value);
    }

    private bool IsBehind() =>
        book.Next(isLive: true) is { } live && reader.Arrived(live) is { } arrived && clock.GetUtcNow().UtcDateTime - arrived > LiveLag;

    private SpoolBatch Take(SpoolBatch batch)
    {
        book.Taken(batch.Portion, batch.Readings);
        if (batch.Portion.IsLive) liveSince = null;
        return batch;
    }
}
