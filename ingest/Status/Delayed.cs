namespace Plantroom.Ingest.Status;

/// <summary>A condition that counts as met, or as over, only when it has been so for a while. Not for several threads.</summary>
/// <param name="on">How long it must be met.</param>
/// <param name="off">How long it must be over.</param>
internal sealed class Delayed(TimeSpan on, TimeSpan off)
{
    private bool last;
    private TimeSpan? since;

    /// <summary>How it stands; null at first, until it has been the one or the other for long enough.</summary>
    public bool? IsMet { get; private set; }

    /// <summary>Whether it is met, or was until it is over for long enough.</summary>
    public bool Holds => IsMet ?? false;

    /// <summary>Tells how it is now.</summary>
    /// <param name="met">Whether it is met.</param>
    /// <param name="now">Since any fixed moment; rises.</param>
    public void Look(bool met, TimeSpan now)
    {
        if (since is null || met != last) since = now;
        last = met;
        if (now - since >= (met ? on : off)) IsMet = met;
    }
}
