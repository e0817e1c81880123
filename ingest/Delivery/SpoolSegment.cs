using System.Globalization;

namespace Plantroom.Ingest.Delivery;

/// <summary>
/// What is known of one file of the spool. It is only ever appended to, and never again once the process has ended: a number is not used
/// twice, so that nothing new is taken for delivered.
/// <code>
/// | PRSPOOL1 | record | record | ... | seal |
/// </code>
/// </summary>
/// <param name="folder">The folder of the spool.</param>
/// <param name="number">1, 2, 3, ...: a higher number is newer.</param>
internal sealed class SpoolSegment(string folder, long number)
{
    /// <summary>The end of a file's name.</summary>
    public const string Extension = ".spool";

    /// <summary>How a file begins; the last letter is the version of the format.</summary>
    public static ReadOnlySpan<byte> Head => "PRSPOOL1"u8;

    public long Number => number;

    public string Path { get; } = System.IO.Path.Combine(folder, number.ToString("D12", CultureInfo.InvariantCulture) + Extension);

    /// <summary>Where its records end so far.</summary>
    public long End { get; set; } = Head.Length;

    /// <summary>Whether nothing is appended any more.</summary>
    public bool IsFinished { get; set; }

    /// <summary>How many readings were appended in all.</summary>
    public long Readings { get; set; }

    /// <summary>How many of them are not delivered.</summary>
    public long Waiting { get; set; }

    /// <summary>When the first of them came in, milliseconds since 1970 UTC.</summary>
    public long First { get; set; }

    /// <summary>When the last of them came in.</summary>
    public long Last { get; set; }

    /// <summary>What is not delivered.</summary>
    public Parts Undelivered { get; } = new();

    /// <summary>What is neither delivered nor on its way.</summary>
    public Parts Free { get; } = new();

    public SpoolSeal Seal => new(End, Readings, First, Last);

    /// <summary>Whether nothing of it is needed any more.</summary>
    public bool IsDone => IsFinished && Undelivered.IsEmpty;

    /// <summary>The number in the name of a file; null when it is no file of the spool.</summary>
    public static long? NumberOf(string path) =>
        long.TryParse(System.IO.Path.GetFileNameWithoutExtension(path), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    /// <summary>Takes over what its seal or its records say; all of it waits.</summary>
    public void Load(SpoolSeal seal)
    {
        (End, Readings, First, Last) = (seal.End, seal.Readings, seal.First, seal.Last);
        Waiting = Readings;
        Undelivered.Add(Head.Length, End);
        Free.Add(Head.Length, End);
    }

    /// <summary>Appended records.</summary>
    public void Add(int length, int readings, long arrived)
    {
        Undelivered.Add(End, End + length);
        Free.Add(End, End + length);
        if (Readings == 0) First = arrived;
        (End, Last) = (End + length, arrived);
        Readings += readings;
        Waiting += readings;
    }

    /// <summary>A part is done with: delivered, or given up.</summary>
    public void Done(Part part, long readings)
    {
        Undelivered.Remove(part.From, part.To);
        Waiting = Undelivered.IsEmpty ? 0 : Math.Max(0, Waiting - readings);
    }
}
