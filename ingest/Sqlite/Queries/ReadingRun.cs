namespace Plantroom.Ingest.Sqlite.Queries;

/// <summary>Readings of one point that follow each other, as they are stored; valid until the next ones are read.</summary>
internal readonly ref struct ReadingRun(ReadOnlySpan<long> times, ReadOnlySpan<double> values, ReadOnlySpan<byte> qualities)
{
    /// <summary>What <see cref="Quality.ToByte"/> makes of the worst usable quality is below it, of every bad one at or above it.</summary>
    public const int FirstBad = (int)QualityLevel.Bad << 6;

    /// <summary>Stored times, rising; at least one.</summary>
    public ReadOnlySpan<long> Times { get; } = times;

    public ReadOnlySpan<double> Values { get; } = values;

    /// <summary><see cref="Quality.ToByte"/>.</summary>
    public ReadOnlySpan<byte> Qualities { get; } = qualities;

    /// <summary>Where to read on.</summary>
    public long Next => Times[^1] + 1;
}
