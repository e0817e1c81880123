using System.Globalization;
using Plantroom.Yaml;

namespace Plantroom.Alerts.Tests.Evaluation;

/// <summary>A reading on its way: when it was taken and when it arrives.</summary>
internal readonly record struct Arrival(DateTime At, Reading Reading);

/// <summary>
/// Series of readings in short: <c>hq/SP-1/level 0s: 1.0 x5 1.2 x20 @5s</c> is 1.0 five times and then 1.2 twenty times, one each five
/// seconds from 0 s on. <c>1.2!</c> is of bad quality, <c>_</c> is no reading; <c>arrives 200s</c> at the end says that all of them come
/// at 200 s. <c>end 300s</c> lets time pass to 300 s.
/// </summary>
internal sealed class Series
{
    public static readonly DateTime Start = new(2026, 6, 1, 8, 0, 0, DateTimeKind.Utc);

    private Series(IReadOnlyList<Arrival> arrivals, DateTime end) => (Arrivals, End) = (arrivals, end);

    public IReadOnlyList<Arrival> Arrivals { get; }

    public DateTime End { get; }

    public static Series Parse(IEnumerable<string> lines)
    {
        var arrivals = new List<Arrival>();
        var end = Start;
        foreach (var line in lines.Select(static l => l.Split('#')[0].Trim()).Where(static l => l.Length > 0))
        {
            if (line.StartsWith("end ", StringComparison.Ordinal)) end = Start + Duration(line[4..]);
            else arrivals.AddRange(ParseLine(line));
        }

        var last = arrivals.Select(static a => a.At).Append(end).Max();
        return new([.. arrivals.OrderBy(static a => a.At)], last);
    }

    private static IEnumerable<Arrival> ParseLine(string line)
    {
        var (head, body) = (line[..line.IndexOf(": ", StringComparison.Ordinal)], line[(line.IndexOf(": ", StringComparison.Ordinal) + 2)..]);
        var point = PointId.Intern(head.Split(' ')[0]);
        var at = Start + Duration(head.Split(' ')[1]);
        var words = new Queue<string>(body.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        var values = new List<string>();
        var step = TimeSpan.Zero;
        DateTime? arrives = null;
        while (words.TryDequeue(out var word))
        {
            if (word[0] == 'x') values.AddRange(Enumerable.Repeat(values[^1], int.Parse(word[1..], CultureInfo.InvariantCulture) - 1));
            else if (word[0] == '@') step = Duration(word[1..]);
            else if (word == "arrives") arrives = Start + Duration(words.Dequeue());
            else values.Add(word);
        }

        foreach (var value in values)
        {
            if (value != "_") yield return new(arrives ?? at, Reading(point, at, value));
            at += step;
        }
    }

    private static Reading Reading(PointId point, DateTime at, string value) => new(
        point,
        at,
        double.Parse(value.TrimEnd('!'), CultureInfo.InvariantCulture),
        value.EndsWith('!') ? Quality.Bad(QualityReason.OutOfRange) : Quality.Good);

    private static TimeSpan Duration(string text) =>
        Durations.TryParse(text, out var duration) ? duration : throw new FormatException($"'{text}' is not a duration.");
}
