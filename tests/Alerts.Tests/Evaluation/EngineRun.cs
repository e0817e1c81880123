using System.Globalization;
using Plantroom.Alerts.Evaluation;
using Plantroom.Alerts.Rules;

namespace Plantroom.Alerts.Tests.Evaluation;

/// <summary>Plays series through an engine with a tick each second, and writes down what came out and when.</summary>
internal sealed class EngineRun
{
    private readonly List<Edge> edges = [];

    public EngineRun(IReadOnlyList<BoundRule> rules, Func<RuleKey, Remembered>? remember = null)
    {
        Engine.Bind(rules, remember ?? (static _ => default), Series.Start, edges);
    }

    public Engine Engine { get; } = new(TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(10));

    /// <summary>One line per edge: <c>60s raised FL-01 hq/SP-1 1.2</c>, with <c>(at 55s)</c> when event time is another time.</summary>
    public List<string> Log { get; } = [];

    public EngineRun Play(params string[] lines)
    {
        var series = Series.Parse(lines);
        var arrivals = new Queue<Arrival>(series.Arrivals);
        for (var now = Series.Start; now <= series.End; now = now.AddSeconds(1))
        {
            while (arrivals.TryPeek(out var next) && next.At <= now)
            {
                Engine.Apply([arrivals.Dequeue().Reading], next.At, edges);
                Write(next.At);
            }

            Engine.Advance(now, edges);
            Write(now);
        }

        return this;
    }

    private void Write(DateTime now)
    {
        foreach (var edge in edges)
        {
            var value = edge.Value is { } number ? " " + number.ToString(CultureInfo.InvariantCulture) : "";
            var at = edge.At == now ? "" : $" (at {Seconds(edge.At)})";
            Log.Add($"{Seconds(now)} {(edge.Met ? "raised" : "returned")} {edge.Rule.Rule.Id} {edge.Rule.Equipment}{value}{at}");
        }

        edges.Clear();
    }

    private static string Seconds(DateTime time) => (time - Series.Start).TotalSeconds.ToString(CultureInfo.InvariantCulture) + "s";
}
