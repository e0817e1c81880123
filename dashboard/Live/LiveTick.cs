namespace Plantroom.Dashboard.Live;

/// <summary>What may look different on a page since the last tick.</summary>
[Flags]
internal enum LiveTick
{
    None = 0,

    /// <summary>There are newer readings.</summary>
    Readings = 1,

    /// <summary>An alarm changed.</summary>
    Alarms = 2,

    /// <summary>The site model was replaced.</summary>
    Facility = 4,

    /// <summary>A second passed: ages and clocks moved on.</summary>
    Second = 8,
}
