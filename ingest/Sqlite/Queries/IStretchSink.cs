namespace Plantroom.Ingest.Sqlite.Queries;

/// <summary>Makes an answer out of the readings of a point, or of stretches of them, which it is given in the order of time.</summary>
internal interface IStretchSink
{
    /// <summary>Whether it needs nothing more.</summary>
    bool IsFull { get; }

    /// <summary>Whether a roll-up tells all that is wanted of its stretch.</summary>
    bool Suffices(in Summary stretch);

    /// <summary>Takes readings, bad ones among them.</summary>
    void Add(in ReadingRun run);

    /// <summary>Takes a stretch; one that does not suffice when there is nothing else.</summary>
    void Add(in Summary stretch);
}
