using System.Text.Json;
using System.Text.Json.Serialization;

namespace Plantroom.Simulators.Publishing;

/// <summary>What earlier runs delivered.</summary>
/// <param name="Scenario">What the last one played.</param>
/// <param name="From">The time of the first reading, UTC.</param>
/// <param name="Until">The time of the last reading, UTC.</param>
/// <param name="Counters">The counters then, by <c>equipment/point</c>.</param>
/// <param name="Owed">What is not delivered of that time, and kept to be delivered; null when all is.</param>
internal sealed record Delivered(
    string Scenario, DateTime From, DateTime Until, Dictionary<string, double> Counters, OwedPast? Owed = null)
{
    /// <summary>
    /// Whether a time lies within those runs. Told a second time, it would put other counters between the first ones.
    /// </summary>
    public bool Covers(DateTime time) => time >= From && time <= Until;
}

/// <summary>A past that is being delivered.</summary>
/// <param name="File">The file with all its messages.</param>
/// <param name="Messages">How many those are.</param>
/// <param name="Delivered">How many of them, from the first on, are acknowledged.</param>
internal sealed record OwedPast(string File, int Messages, int Delivered);

/// <summary>
/// Remembers across restarts what was delivered, so that counters go on and no past is told twice with different values.
/// Written before each publication: after a crash the counters may be a little ahead of what was published, never behind, as a
/// counter that falls is taken for a reset. The past is put into a file before the first publication: what a crash leaves
/// undelivered, the next run delivers out of that file.
/// </summary>
/// <param name="folder">The system's own files; null to remember nothing.</param>
internal sealed class Memory(DataFolder? folder)
{
    private readonly string? path = folder is null ? null : Path.Combine(folder.Path, "simulator.json");
    private string scenario = "";
    private DateTime from;
    private OwedPast? owed;
    private bool cleared;

    /// <summary>What was delivered; null when nothing was, or when the file cannot be understood.</summary>
    public Delivered? Recall()
    {
        if (!File.Exists(path)) return null;
        try
        {
            var known = JsonSerializer.Deserialize(File.ReadAllBytes(path), MemoryJson.Default.Delivered);
            return known is { Counters: not null } ? known : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>What an earlier run did not deliver of its past; null when it is lost.</summary>
    public IReadOnlyList<PastMessage>? RecallPast(OwedPast past) => folder is null ? null : PastFile.Read(folder.Path, past);

    /// <summary>A run begins. It counts from its first <see cref="Keep"/> on.</summary>
    public void Begin(string newScenario, DateTime earliest, IReadOnlyCollection<PastMessage> past)
    {
        (scenario, from, cleared) = (newScenario, earliest, false);
        owed = folder is null || past.Count == 0 ? null : new(PastFile.Write(folder.Path, past), past.Count, 0);
    }

    /// <summary>So many more messages of the past are acknowledged. May be called while <see cref="Keep"/> runs.</summary>
    public void PastDelivered(int messages)
    {
        if (owed is not { } past) return;
        var delivered = past.Delivered + messages;
        Volatile.Write(ref owed, delivered < past.Messages ? past with { Delivered = delivered } : null);
    }

    /// <summary>Readings up to a time are about to be published.</summary>
    public void Keep(DateTime until, Dictionary<string, double> counters)
    {
        if (folder is null || path is null) return;
        var past = Volatile.Read(ref owed);
        var written = path + ".new";
        var delivered = new Delivered(scenario, from, until, counters, past);
        File.WriteAllBytes(written, JsonSerializer.SerializeToUtf8Bytes(delivered, MemoryJson.Default.Delivered));
        File.Move(written, path, overwrite: true);
        Clear(folder.Path, past);
    }

    /// <summary>Files of the past are removed only when nothing that was written names them any more.</summary>
    private void Clear(string directory, OwedPast? past)
    {
        if (cleared) return;
        PastFile.Clear(directory, except: past?.File);
        cleared = past is null;
    }
}

[JsonSerializable(typeof(Delivered))]
internal sealed partial class MemoryJson : JsonSerializerContext;
