using System.Collections.Concurrent;

namespace Plantroom.Ingest.Influx;

/// <summary>
/// Knows which measurements a piece of equipment is in: that of its class, and those of classes it had before. Buildings do not matter, as
/// all series of a measurement with the tags of the equipment are read together.
/// </summary>
internal sealed class InfluxSources(InfluxQuery query, IFacilitySource facility, TimeProvider clock)
{
    /// <summary>For how long former measurements are not asked for again: another process may have written with another site model.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<EquipmentId, (long At, string[] Names)> known = new();

    /// <summary>The measurements of the equipment of points, at least one for each.</summary>
    public async ValueTask<IReadOnlyDictionary<EquipmentId, IReadOnlyList<string>>> OfAsync(
        IEnumerable<PointId> points, CancellationToken cancellationToken)
    {
        EquipmentId[] wanted = [.. points.Select(static p => p.Equipment).Distinct()];
        EquipmentId[] unknown = [.. wanted.Where(e => !known.TryGetValue(e, out var found) || clock.GetElapsedTime(found.At) > Fresh)];
        foreach (var group in unknown.Chunk(200)) await LearnAsync(group, cancellationToken);
        var model = facility.Current;
        return wanted.ToDictionary(
            static e => e, IReadOnlyList<string> (e) => [.. known[e].Names.Append(LineNames.Measurement(e, model)).Distinct()]);
    }

    private async Task LearnAsync(EquipmentId[] equipment, CancellationToken cancellationToken)
    {
        var names = equipment.Select(static _ => new List<string>()).ToArray();
        string[] statements = [.. equipment.Select(static e => $"SHOW MEASUREMENTS WHERE {InfluxQl.Is(e)}")];
        await foreach (var chunk in query.AskAsync(statements, cancellationToken)) names[chunk.Statement].AddRange(chunk.Texts);
        var now = clock.GetTimestamp();
        for (var i = 0; i < equipment.Length; i++) known[equipment[i]] = (now, [.. names[i]]);
    }
}
