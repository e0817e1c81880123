namespace Plantroom.Ingest.Retention;

/// <summary>How long the readings of a point are kept. Each form is kept at least as long as the finer ones, which it is made of.</summary>
/// <param name="Raw">Each reading.</param>
/// <param name="QuarterHours">Summed up by quarter hours.</param>
/// <param name="Hours">Summed up by hours.</param>
/// <param name="Days">Summed up by days; null for ever.</param>
internal readonly record struct KeptFor(TimeSpan Raw, TimeSpan QuarterHours, TimeSpan Hours, TimeSpan? Days)
{
    /// <summary>Of a point by its name in the store: the setting of the point, else of its class, else of all.</summary>
    public static KeptFor Of(string name, IngestOptions options, Facility? facility)
    {
        var (ofPoint, ofClass) = (default(KeepOptions), default(KeepOptions));
        if (options.Keep.Count > 0 && PointId.TryFind(name, out var point) && facility?.Find(point.Equipment) is { Class: var kind })
            (ofPoint, ofClass) = (Entry(options, $"{kind}/{point.Point}"), Entry(options, kind));
        var raw = ofPoint?.Raw ?? ofClass?.Raw ?? options.KeepRaw;
        var quarters = Longer(ofPoint?.QuarterHours ?? ofClass?.QuarterHours ?? options.KeepQuarterHours, raw);
        var hours = Longer(ofPoint?.Hours ?? ofClass?.Hours ?? options.KeepHours, quarters);
        return new(raw, quarters, hours, (ofPoint?.Days ?? ofClass?.Days ?? options.KeepDays) is { } days ? Longer(days, hours) : null);
    }

    private static KeepOptions? Entry(IngestOptions options, string key) => options.Keep.GetValueOrDefault(key);

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
