namespace Plantroom;

/// <summary>Where the system keeps its own files. One folder, so that one copy of it is a whole backup.</summary>
/// <param name="Path">Absolute path; exists and is writable once the start-up checks have passed.</param>
public sealed record DataFolder(string Path)
{
    /// <summary>The database of everything but readings: alarms, journal, maintenance, Quartz.</summary>
    public string Database => System.IO.Path.Combine(Path, "plantroom.db");

    /// <summary>The database of readings.</summary>
    public string History => System.IO.Path.Combine(Path, "history.db");

    /// <summary>The folder of the readings that a remote store has not got yet.</summary>
    public string Spool => System.IO.Path.Combine(Path, "spool");

    /// <summary>Sessions and retained messages of the embedded MQTT broker.</summary>
    public string Mqtt => System.IO.Path.Combine(Path, "mqtt.db");

    /// <summary>The folder of the keys that protect cookies. Secret.</summary>
    public string Keys => System.IO.Path.Combine(Path, "keys");
}
