namespace Plantroom.Benchmarks.Storage.Peers;

/// <summary>A store of readings that is measured.</summary>
internal interface IPeer : IAsyncDisposable
{
    string Name { get; }

    /// <summary>Stores readings; each batch is kept when it returns.</summary>
    void Append(IEnumerable<Reading[]> batches);

    /// <summary>Brings everything into its final form: packed, merged, visible.</summary>
    Task SettleAsync(DateTime end);

    /// <summary>What it takes on the disk.</summary>
    long Bytes();

    /// <summary>Smallest and largest values of points in 500 parts of a range; answers how many bytes or items came.</summary>
    Task<long> ExtremesAsync(PeerQuestion question);

    /// <summary>Every reading of points.</summary>
    Task<long> AllAsync(PeerQuestion question);

    /// <summary>Mean, smallest and largest of points in hours.</summary>
    Task<long> HoursAsync(PeerQuestion question);

    /// <summary>The newest reading of points.</summary>
    Task<long> NewestAsync(PeerQuestion question);
}

/// <summary>What is asked.</summary>
/// <param name="Site">The points of a site.</param>
/// <param name="Field">Their name.</param>
/// <param name="Points">The same points.</param>
/// <param name="Range">From and to.</param>
internal sealed record PeerQuestion(string Site, string Field, IReadOnlyList<PointId> Points, TimeRange Range);
