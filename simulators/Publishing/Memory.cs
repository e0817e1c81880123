using System.Text.Json;
using System.Text.Json.Serialization;

namespace Plantroom.Simulators.Publishing;

/// <summary>What an earlier run delivered.</summary>
/// <param name="Scenario">What it played.</param>
/// <param name="From">The time of its first reading, UTC.</param>
/// <param name="Until">The time of its last reading, UTC.</param>
/// <param name="Counters">The counters then, by <c>equipment/point</c>.</param>
internal sealed record Delivered(string Scenario, DateTime From, DateTime Until, Dictionary<string, double> Counters)
{
    /// <summary>
    /// Whether a time lies within that run. Delivered a second time, it would put other counters between the first ones.
    /// </summary>
    public bool Covers(DateTime time) => time >= From && time <= Until;
}

/// <summary>
/// Remembers across restarts what was delivered, so that counters go on and no past is delivered twice. Written before each
/// publication:
/// after a crash the counters may be a little ahead of what was published, never behind, as a counter that falls is taken for a
/// reset.
/// </summary>
/// <param name="folder">The system's own files; null to remember nothing.</param>
internal sealed class Memory(DataFolder? folder)
{
    private readonly string? path = folder is null ? null : Path.Combine(folder.Path, "simulator.json");

    /// <summary>What was delivered; null when nothing was, or when the file cannot be understood.</summary>
    public Delivered? Recall()
    {
        if (!File.Exists(path)) return null;
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), MemoryJson.Default.Delivered) is { Counters: not null } known ? known : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public void Keep(Delivered delivered)
    {
        if (path is null) return;
        var written = path + ".new";
        File.WriteAllBytes(written, JsonSerializer.SerializeToUtf8Bytes(delivered, MemoryJson.Default.Delivered));
        File.Move(written, path, overwrite: true);
    }
}

[JsonSerializable(typeof(Delivered))]
internal sealed partial class MemoryJson : JsonSerializerContext;
