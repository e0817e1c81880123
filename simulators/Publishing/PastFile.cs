using System.Text;

namespace Plantroom.Simulators.Publishing;

/// <summary>
/// The past that is still to be delivered, in a file of its own, so that a later run tells it with the very same values. A line
/// is a message: <c>M-0 {"ts":"2026-06-01T08:00:00.000Z","values":{...}}</c>. Each run writes a new file; the memory names the
/// valid one.
/// </summary>
internal static class PastFile
{
    private const string Prefix = "simulator-past-";

    /// <summary>Writes the messages and answers the name of the file.</summary>
    public static string Write(string folder, IReadOnlyCollection<PastMessage> messages)
    {
        var name = $"{Prefix}{Guid.NewGuid():N}.txt";
        using var file = File.Create(Path.Combine(folder, name));
        foreach (var message in messages)
        {
            file.Write(Encoding.UTF8.GetBytes(message.Equipment + " "));
            file.Write(message.Payload);
            file.Write("\n"u8);
        }

        file.Flush(flushToDisk: true);
        return name;
    }

    /// <summary>What was not delivered of it; null when the file is not there or not whole.</summary>
    public static IReadOnlyList<PastMessage>? Read(string folder, OwedPast owed)
    {
        var path = Path.Combine(folder, owed.File);
        if (!File.Exists(path)) return null;
        var lines = File.ReadAllLines(path);
        var whole = lines.Length == owed.Messages && Array.TrueForAll(lines, static l => l.Contains(' ') && l.EndsWith('}'));
        return whole ? [.. lines.Skip(owed.Delivered).Select(Parse)] : null;
    }

    private static PastMessage Parse(string line)
    {
        var space = line.IndexOf(' ');
        return new(line[..space], Encoding.UTF8.GetBytes(line[(space + 1)..]));
    }

    /// <summary>Removes every such file but one.</summary>
    public static void Clear(string folder, string? except)
    {
        foreach (var path in Directory.EnumerateFiles(folder, Prefix + "*"))
            if (Path.GetFileName(path) != except)
                File.Delete(path);
    }
}
