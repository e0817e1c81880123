namespace Plantroom.Alerts.Storage;

/// <summary>One occurrence of an alarm, as it stands. Times are UTC; stored in milliseconds since 1970.</summary>
internal sealed class AlarmRow
{
    public long Id { get; set; }

    /// <summary>Rises by one with each transition; two writers cannot both have seen the same.</summary>
    public int Version { get; set; }

    public string Rule { get; set; } = "";

    public string Site { get; set; } = "";

    public string Equipment { get; set; } = "";

    /// <summary>The last segment of the point's name; null when it was not one point.</summary>
    public string? Point { get; set; }

    public AlarmPriority Priority { get; set; }

    public AlarmState State { get; set; }

    public string TitleZh { get; set; } = "";

    public string TitleEn { get; set; } = "";

    public string ActionZh { get; set; } = "";

    public string ActionEn { get; set; } = "";

    public double? Value { get; set; }

    public double? Limit { get; set; }

    public DateTime RaisedAt { get; set; }

    public DateTime? ReturnedAt { get; set; }

    public DateTime? AcknowledgedAt { get; set; }

    public string? AcknowledgedBy { get; set; }

    public string? Note { get; set; }

    public int Count { get; set; }

    public static AlarmRow Of(Alarm alarm, int version) => new()
    {
        Id = alarm.Id,
        Version = version,
        Rule = alarm.Rule,
        Site = alarm.Equipment.Site,
        Equipment = alarm.Equipment.Equipment,
        Point = alarm.Point?.Point,
        Priority = alarm.Priority,
        State = alarm.State,
        TitleZh = alarm.Title.ZhCn,
        TitleEn = alarm.Title.En,
        ActionZh = alarm.Action.ZhCn,
        ActionEn = alarm.Action.En,
        Value = alarm.Value,
        Limit = alarm.Limit,
        RaisedAt = alarm.RaisedAt,
        ReturnedAt = alarm.ReturnedAt,
        AcknowledgedAt = alarm.AcknowledgedAt,
        AcknowledgedBy = alarm.AcknowledgedBy,
        Note = alarm.Note,
        Count = alarm.Count,
    };

    public Alarm ToAlarm()
    {
        var equipment = new EquipmentId(Site, Equipment);
        return new()
        {
            Id = Id,
            Rule = Rule,
            Equipment = equipment,
            Point = Point is null ? null : equipment.Point(Point),
            Priority = Priority,
            State = State,
            Title = new(TitleZh, TitleEn),
            Action = new(ActionZh, ActionEn),
            Value = Value,
            Limit = Limit,
            RaisedAt = RaisedAt,
            ReturnedAt = ReturnedAt,
            AcknowledgedAt = AcknowledgedAt,
            AcknowledgedBy = AcknowledgedBy,
            Note = Note,
            Count = Count,
        };
    }
}

/// <summary>One transition of an alarm: written once, never changed.</summary>
internal sealed class JournalRow
{
    public long Id { get; set; }

    public long AlarmId { get; set; }

    public AlarmEvent Event { get; set; }

    public DateTime At { get; set; }

    /// <summary>When it was written; later than <see cref="At"/> by the time that evaluation and storage took.</summary>
    public DateTime RecordedAt { get; set; }

    public string? By { get; set; }

    public string? Note { get; set; }

    /// <summary>The state afterwards.</summary>
    public AlarmState State { get; set; }

    public AlarmPriority Priority { get; set; }

    public double? Value { get; set; }

    public double? Limit { get; set; }

    public static JournalRow Of(AlarmChange change, DateTime recordedAt) => new()
    {
        AlarmId = change.Alarm.Id,
        Event = change.Event,
        At = change.At,
        RecordedAt = recordedAt,
        By = change.By,
        Note = change.Note,
        State = change.Alarm.State,
        Priority = change.Alarm.Priority,
        Value = change.Alarm.Value,
        Limit = change.Alarm.Limit,
    };
}

/// <summary>The rain warning of a site, so that a restart does not forget how long it has been dry.</summary>
internal sealed class RainRow
{
    public string Site { get; set; } = "";

    public RainColour Colour { get; set; }

    public DateTime? BelowSince { get; set; }

    /// <summary>Up to when the state has been worked out.</summary>
    public DateTime EvaluatedAt { get; set; }

    /// <summary>When there were sums last; null when never.</summary>
    public DateTime? SummedAt { get; set; }

    public double Sum3h { get; set; }

    public double Sum6h { get; set; }

    public double Sum12h { get; set; }
}
