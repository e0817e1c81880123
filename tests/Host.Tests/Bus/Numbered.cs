using System.Globalization;

namespace Plantroom.Host.Tests;

/// <summary>Messages that are known again by their publisher and number.</summary>
internal static class Numbered
{
    private static readonly DateTime Start = new(2026, 6, 1, 8, 0, 0, DateTimeKind.Utc);

    public static ReadingBatch Batch(string publisher, int number, params Acknowledgement[] owed) =>
        new(new Reading[] { new(new EquipmentId("hq", publisher).Point("number"), Start.AddSeconds(number), number) }, owed);

    public static (string Publisher, int Number) Of(ReadingBatch batch)
    {
        var reading = batch.Readings[0];
        return (reading.Point.Equipment.Equipment, (int)reading.Value);
    }

    public static AlarmChange Change(string publisher, int number) => new(
        new Alarm
        {
            Id = number, Rule = publisher, Equipment = new("hq", "SP-1"), Priority = AlarmPriority.High, State = AlarmState.Unacknowledged,
            Title = LocalizedText.Same(number.ToString(CultureInfo.InvariantCulture)), Action = new("派人", "Send somebody"), RaisedAt = Start,
        },
        AlarmEvent.Raised,
        Start.AddSeconds(number));

    public static (string Publisher, int Number) Of(AlarmChange change) => (change.Alarm.Rule, (int)change.Alarm.Id);
}
