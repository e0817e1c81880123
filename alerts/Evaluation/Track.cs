using Plantroom.Alerts.Rules;

namespace Plantroom.Alerts.Evaluation;

/// <summary>The running state of one rule at one piece of equipment.</summary>
internal abstract class Track(BoundRule bound, bool met)
{
    public BoundRule Bound { get; set; } = bound;

    /// <summary>Whether the condition is true.</summary>
    public bool Met { get; private set; } = met;

    /// <summary>The newest edge; a later one is never dated before it.</summary>
    private DateTime Newest { get; set; }

    public static Track Of(BoundRule bound, Remembered remembered, DateTime now) => bound.Condition switch
    {
        ValueCondition value => new ValueTrack(bound, value, remembered),
        StaleCondition { After: { } after } => new StaleTrack(bound, after, remembered.InAlarm, now),
        _ => throw new InvalidOperationException($"{bound.Key} has no condition that can be evaluated."),
    };

    /// <summary>Takes the next reading of the point; not bad, not older than the one before.</summary>
    /// <param name="reading">The reading.</param>
    /// <param name="now">When it arrived, UTC.</param>
    /// <param name="edges">Takes the edges.</param>
    public abstract void Observe(in Reading reading, DateTime now, List<Edge> edges);

    /// <summary>Takes the point's last known reading, from before the engine started. It can begin an alarm, never end one.</summary>
    public abstract void Prime(in Reading reading);

    /// <summary>Lets time pass.</summary>
    public abstract void Advance(DateTime now, List<Edge> edges);

    protected void Turn(DateTime at, double? value, List<Edge> edges)
    {
        Met = !Met;
        Newest = at > Newest ? at : Newest;
        edges.Add(new(Bound, Met, Newest, Met ? value : null));
    }
}

/// <summary>
/// A condition on values, with its delays. A value holds until the next one. A delay ends by event time when a reading shows that it
/// has passed, or by the clock when none comes; the clock counts from the arrival of the reading, so that a device whose clock is
/// slow does not shorten the delay.
/// </summary>
internal sealed class ValueTrack(BoundRule bound, ValueCondition condition, Remembered remembered) : Track(bound, remembered.InAlarm)
{
    private bool running;
    private DateTime since;
    private DateTime arrived;
    private double value;

    private TimeSpan Delay => Met ? condition.OffDelay : condition.OnDelay;

    public override void Observe(in Reading reading, DateTime now, List<Edge> edges)
    {
        FollowSetBack(now);
        var verdict = condition.Judge(reading.Value);
        if (running && !Turns(verdict) && since + Delay < reading.Time) Turn(edges);
        if (!Turns(verdict))
        {
            running = false;
            return;
        }

        Begin(reading, now);
        if (since + Delay <= reading.Time) Turn(edges);
    }

    public override void Prime(in Reading reading)
    {
        if (Met || condition.Judge(reading.Value) is not Verdict.Met || reading.Time <= remembered.ReturnedAt) return;
        Begin(reading, reading.Time);
    }

    public override void Advance(DateTime now, List<Edge> edges)
    {
        FollowSetBack(now);
        if (running && arrived + Delay <= now) Turn(edges);
    }

    /// <summary>When our clock was set back, what is left of a delay must not grow by as much: it begins again.</summary>
    private void FollowSetBack(DateTime now)
    {
        if (!running || arrived <= now) return;
        if (since > now) since = now;
        arrived = now;
    }

    private bool Turns(Verdict verdict) => verdict == (Met ? Verdict.NotMet : Verdict.Met);

    private void Begin(in Reading reading, DateTime now)
    {
        value = reading.Value;
        if (running) return;
        running = true;
        since = reading.Time;
        arrived = now;
    }

    private void Turn(List<Edge> edges)
    {
        running = false;
        Turn(since + Delay, value, edges);
    }
}

/// <summary>No usable reading for some time, counted by the clock from the arrival of the last one or from the start.</summary>
internal sealed class StaleTrack(BoundRule bound, TimeSpan after, bool met, DateTime start) : Track(bound, met)
{
    private DateTime heard = start;

    public override void Observe(in Reading reading, DateTime now, List<Edge> edges)
    {
        heard = now;
        if (Met) Turn(now, null, edges);
    }

    public override void Prime(in Reading reading)
    {
        // A stored reading says nothing about whether the device speaks now.
    }

    public override void Advance(DateTime now, List<Edge> edges)
    {
        if (now < heard) heard = now; // our clock was set back
        if (!Met && now - heard >= after) Turn(heard + after, null, edges);
    }
}
