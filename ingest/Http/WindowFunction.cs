namespace Plantroom.Ingest.Http;

/// <summary>Something that can be asked of a window.</summary>
/// <param name="Name">Its word in questions, and the name of its member or column.</param>
/// <param name="Extra">What the store must be asked for; none for what it always tells.</param>
/// <param name="Of">Takes it from a window; null when it is not known.</param>
internal sealed record WindowFunction(string Name, WindowExtras Extra, WindowFunction.Taker Of)
{
    /// <summary>Takes a number from a window; null when it is not known.</summary>
    public delegate double? Taker(in HistoryWindow window);

    /// <summary>How many readings a window has is told whatever else is asked.</summary>
    public const string Count = "count";

    /// <summary>All of them, in the order in which they are answered.</summary>
    public static IReadOnlyList<WindowFunction> All { get; } =
    [
        new("mean", WindowExtras.None, static (in w) => Some(w, w.Mean)),
        new("min", WindowExtras.None, static (in w) => Some(w, w.Min)),
        new("max", WindowExtras.None, static (in w) => Some(w, w.Max)),
        new("sum", WindowExtras.None, static (in w) => Some(w, w.Sum)),
        new("first", WindowExtras.None, static (in w) => w.First?.Value),
        new("last", WindowExtras.None, static (in w) => w.Last?.Value),
        new("twa", WindowExtras.TimeWeightedMean, static (in w) => w.TimeWeightedMean),
        new("increase", WindowExtras.Increase, static (in w) => w.Increase),
        new("duration", WindowExtras.InState, static (in w) => w.InState?.TotalSeconds),
    ];

    /// <summary>What is answered when nothing is asked for in particular.</summary>
    public static IReadOnlyList<WindowFunction> Usual { get; } = [.. All.Take(3)];

    /// <summary>What a message to the caller says about the accepted words.</summary>
    public static string Expectation { get; } = $"must be of {string.Join(", ", All.Select(static f => f.Name))}, {Count}, separated by commas";

    /// <summary>Reads words separated by commas; null when one is not known.</summary>
    public static IReadOnlyList<WindowFunction>? Read(string words)
    {
        var asked = words.Split(',', StringSplitOptions.TrimEntries);
        var known = All.Where(f => asked.Contains(f.Name)).ToList();
        return asked.All(word => word == Count || known.Exists(f => f.Name == word)) ? known : null;
    }

    /// <summary>Windows without readings have none of it; of large values a sum may be beyond what a number can say.</summary>
    private static double? Some(in HistoryWindow window, double value) => window.Count > 0 ? value : null;
}
