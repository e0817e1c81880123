using Plantroom.Alerts.Evaluation;
using Plantroom.Alerts.Rules;

namespace Plantroom.Alerts.Tests;

/// <summary>Rules and edges for tests of what comes after the engine.</summary>
internal static class Sample
{
    public static readonly DateTime Start = new(2026, 6, 1, 8, 0, 0, DateTimeKind.Utc);

    public static BoundRule Rule(string id = "FL-01", string equipment = "SP-1", AlarmPriority priority = AlarmPriority.High)
    {
        var condition = new ThresholdCondition(Side.Above, 1.15, 0.05, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(60));
        var rule = new Rule
        {
            Id = id,
            Class = "sump",
            Point = "level",
            Priority = priority,
            Condition = condition,
            Title = new("高液位", "High level"),
            Action = new("看", "Look"),
        };
        var bound = new EquipmentId("hq", equipment);
        return new(rule, bound, bound.Point("level"), condition, priority);
    }

    public static Edge Met(BoundRule rule, int second, double value = 1.2) => new(rule, true, Start.AddSeconds(second), value);

    public static Edge Gone(BoundRule rule, int second) => new(rule, false, Start.AddSeconds(second), null);
}
