namespace Plantroom.Dashboard.Tests.Demo;

/// <summary>A rainy morning at the demonstration building: believable values, a day of history, some alarms.</summary>
internal static class DemoData
{
    private static readonly Dictionary<string, double> Typical = new()
    {
        ["level"] = 0.82, ["highFloat"] = 0, ["running"] = 0, ["fault"] = 0, ["mode"] = 1, ["current"] = 0, ["starts"] = 1284,
        ["runHours"] = 412.6, ["rain"] = 63.4, ["intensity"] = 4.2, ["pressure"] = 0.452, ["suctionPressure"] = 0.213, ["flow"] = 18.4,
        ["frequency"] = 41.2, ["serviceMode"] = 1, ["floor"] = 12, ["direction"] = 1, ["doorOpen"] = 0, ["entrapment"] = 0,
        ["trips"] = 48213, ["on"] = 1, ["dimming"] = 60, ["illuminance"] = 142, ["power"] = 7.85, ["energy"] = 128_430.6,
        ["powerFactor"] = 0.943, ["voltage"] = 231.4, ["fire"] = 0, ["trouble"] = 0, ["mains"] = 1, ["battery"] = 27.1,
    };

    private static readonly Dictionary<string, double> Particular = new()
    {
        ["hq/SP-2/level"] = 1.42, ["hq/P-201/running"] = 1, ["hq/P-201/current"] = 11.8, ["hq/P-201/power"] = 5.41, ["hq/P-202/fault"] = 1,
        ["hq/P-202/mode"] = 1, ["hq/P-101/running"] = 1, ["hq/P-101/current"] = 12.3, ["hq/P-101/power"] = 5.62, ["hq/P-102/power"] = 0,
        ["hq/P-202/power"] = 0, ["hq/L-2/floor"] = 1, ["hq/L-2/direction"] = 0, ["hq/M-0/power"] = 286.4, ["hq/M-1/power"] = 24.2,
        ["hq/M-2/power"] = 31.7, ["hq/M-3/power"] = 48.5, ["hq/M-4/power"] = 175.3, ["hq/LC-2/illuminance"] = 318, ["hq/LC-1/power"] = 6.4,
        ["hq/LC-2/power"] = 3.1, ["hq/BS-1/power"] = 9.15,
    };

    /// <summary>A store after half a year.</summary>
    public static StorageStatus Storage { get; } = new()
    {
        Kind = "sqlite", Bytes = 1_932_735_283, FreeBytes = 54_331_310_080, BytesPerDay = 11_400_000,
    };

    /// <summary>One reading of every point.</summary>
    public static IEnumerable<Reading> Now(Facility facility, DateTime now) =>
        facility.Points.Select((p, i) => new Reading(p.Id, now.AddMilliseconds(-37 * i), ValueOf(p.Id)));

    /// <summary>A day of one point: a slow swing for measurements, pump cycles for the sumps, changes for states.</summary>
    public static IEnumerable<Reading> Day(PointDefinition point, DateTime now)
    {
        var random = new Random(17);
        for (var at = now.AddHours(-24); at < now; at = at.AddMinutes(1))
        {
            var minutes = (at - now).TotalMinutes;
            if (minutes is > -640 and < -560) continue;
            var value = point.Kind switch
            {
                PointKind.Switch => Math.Sin(minutes / 47) > 0.3 ? 1 : 0,
                PointKind.Enumeration => minutes < -900 ? 2 : 1,
                PointKind.Counter => ValueOf(point.Id) + (minutes / 20),
                _ when point.Id.Point == "level" => Level(point.Id, minutes) + (random.NextDouble() * 0.01),
                _ => ValueOf(point.Id) * (1 + (0.25 * Math.Sin(minutes / 229)) + (0.04 * random.NextDouble())),
            };
            yield return new(point.Id, at, Math.Max(value, point.Min ?? value));
        }
    }

    /// <summary>
    /// A year of one point, every 10 minutes: a level that swings with the seasons, with one spike 5 hours ago; a pump that runs a third of the
    /// time in summer, and hardly in winter.
    /// </summary>
    public static IEnumerable<Reading> Year(PointDefinition point, DateTime now)
    {
        var random = new Random(23);
        const int Count = 366 * 144;
        for (var i = 0; i < Count; i++)
        {
            var season = (1 + Math.Sin(i * 2 * Math.PI / Count)) / 2;
            var value = point.Kind is PointKind.Switch
                ? random.NextDouble() < 0.02 + (0.35 * season) ? 1 : 0
                : i == Count - 30 ? 3.5 : 0.4 + (0.4 * season) + (0.3 * random.NextDouble());
            yield return new(point.Id, now.AddMinutes(-10 * (Count - i)), value);
        }
    }

    public static Alarm Alarm(
        long id, string equipment, string? point, AlarmPriority priority, AlarmState state, LocalizedText title, LocalizedText action,
        DateTime raisedAt) => new()
        {
            Id = id, Rule = $"R-{id:00}", Equipment = new("hq", equipment), Priority = priority, State = state, Title = title, Action = action,
            Point = point is null ? null : PointId.Intern($"hq/{equipment}/{point}"), RaisedAt = raisedAt,
            ReturnedAt = state is AlarmState.ReturnedUnacknowledged ? raisedAt.AddMinutes(4) : null,
        };

    public static Alarm Flood(DateTime raisedAt, long id = 41) => Alarm(
        id, "SP-2", "level", AlarmPriority.Critical, AlarmState.Unacknowledged,
        new("集水坑水位超高", "Sump level very high"),
        new("派人到现场；开启备用泵；检查排水出口。", "Send somebody; start the standby pump; check the outlet."), raisedAt)
        with { Value = 1.42, Limit = 1.2 };

    /// <summary>One alarm of each state.</summary>
    public static IEnumerable<Alarm> Alarms(DateTime now) =>
    [
        Flood(now.AddMinutes(-6)),
        Alarm(42, "P-202", "fault", AlarmPriority.High, AlarmState.Acknowledged, new("排水泵故障", "Drain pump fault"),
            new("检查热继电器并报修。", "Check the overload relay and order a repair."), now.AddMinutes(-95))
            with { Value = 1, AcknowledgedAt = now.AddMinutes(-90), AcknowledgedBy = "Lin", Note = "热继电器跳闸，已报修 / overload tripped, repair ordered" },
        Alarm(43, "BS-1", "pressure", AlarmPriority.High, AlarmState.ReturnedUnacknowledged, new("供水压力低", "Supply pressure low"),
            new("检查进水压力和变频器。", "Check the suction pressure and the drive."), now.AddHours(-5))
            with { Value = 0.287, Limit = 0.3, Count = 3 },
        Alarm(44, "M-0", "powerFactor", AlarmPriority.Medium, AlarmState.Unacknowledged, new("功率因数低", "Power factor low"),
            new("检查电容补偿柜。", "Check the capacitor bank."), now.AddHours(-30))
            with { Value = 0.871, Limit = 0.9 },
    ];

    public static IReadOnlyList<MaintenanceReminder> Reminders(Facility facility, DateTime now) =>
    [
        .. facility.Equipment
            .Where(static e => e.Id.Equipment is "P-202" or "L-1" or "FP-1")
            .Select((e, i) => new MaintenanceReminder(
                i + 1, e.Id, e.Maintenance!.Task, DateOnly.FromDateTime(now).AddDays(i == 2 ? 0 : -24 / (i + 1)), now)),
    ];

    private static double ValueOf(PointId point) =>
        Particular.TryGetValue(point.ToString(), out var own) ? own : Typical.GetValueOrDefault(point.Point);

    private static double Level(PointId point, double minutes)
    {
        var cycle = (((minutes % 73) + 73) % 73) / 73;
        var filling = cycle < 0.8 ? 0.45 + (cycle * 0.75) : 1.05 - ((cycle - 0.8) * 3);
        return point.Equipment.Equipment == "SP-2" && minutes > -60 ? 0.9 + ((minutes + 60) / 60 * 0.52) : filling;
    }
}
