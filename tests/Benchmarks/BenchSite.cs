using System.Globalization;

namespace Plantroom.Benchmarks;

/// <summary>A site of many points, each with a rule that looks at every reading and never fires, and one switch whose alarm does.</summary>
internal static class BenchSite
{
    public const int Points = 1000;

    public const string AlarmTopic = "plantroom/v1/in/bench/A-1/on";

    public static void Write(string folder)
    {
        var equipment = Enumerable.Range(0, Points)
            .Select(static i => string.Create(CultureInfo.InvariantCulture, $"      - {{ id: E-{i:D4}, class: bench, building: b, name: E{i} }}\n"));
        File.WriteAllText(Path.Combine(folder, "facility.yaml"), $$"""
            classes:
              bench:
                system: power
                points:
                  v: { name: Value, kind: measurement, unit: kW, min: -1000, max: 1000, expected: 60s }
              switch:
                system: fire
                points:
                  'on': { name: Alarm, kind: switch }
            sites:
              - id: bench
                name: Bench
                timeZone: UTC
                buildings:
                  - { id: b, name: B }
                equipment:
                  - { id: A-1, class: switch, building: b, name: Alarm }
            {{string.Concat(equipment)}}
            """);
        Directory.CreateDirectory(Path.Combine(folder, "rules"));
        File.WriteAllText(Path.Combine(folder, "rules", "bench.yaml"), """
            rules:
              - id: B-01
                class: bench
                kind: threshold
                point: v
                above: 900
                deadband: 10
                onDelay: 10s
                offDelay: 10s
                priority: medium
                source: D
                title: { zh: 高, en: High }
                action: { zh: 检查, en: Look }
              - id: B-02
                class: switch
                kind: state
                point: 'on'
                equals: 1
                onDelay: 0s
                offDelay: 0s
                priority: critical
                source: D
                title: { zh: 报警, en: Alarm }
                action: { zh: 检查, en: Look }
            """);
    }
}
