using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Plantroom.Dashboard;

/// <summary>The settings of the dashboard, section <c>Dashboard</c>.</summary>
public sealed class DashboardOptions
{
    /// <summary>The shortest time between two updates of an open page. Default 100 ms, 20 ms to 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.020", "00:00:05", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan UpdateInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How many batches of readings may wait for the live view before the oldest is dropped. Default 4,096, 16 to 65,536.</summary>
    [Range(16, 65_536)]
    public int ReadingsQueue { get; set; } = 4096;

    /// <summary>
    /// How many changes of alarms may wait for the live view, and for each hub client, before the oldest is dropped and the whole list
    /// is read or sent again. Default 1,024, 16 to 65,536.
    /// </summary>
    [Range(16, 65_536)]
    public int AlarmsQueue { get; set; } = 1024;

    /// <summary>A value is stale when no reading came for this many expected intervals of its point. Default 3, 1 to 100.</summary>
    [Range(1.0, 100.0)]
    public double StaleAfterIntervals { get; set; } = 3;

    /// <summary>
    /// A value is not stale before this age, however short the expected interval of its point is. Default 15 s, 0 to 1 h.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan StaleAtLeast { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>When no reading of anything came for this long, every page says that the data is late. Default 30 s, 1 s to 1 d.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan DataLateAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many key values a tile of the overview shows. Default 3, 1 to 6.</summary>
    [Range(1, 6)]
    public int TileValues { get; set; } = 3;

    /// <summary>How far back a trend reaches unless a longer one is chosen. Default 24 h, 1 h to 7 d.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "7.00:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan TrendLength { get; set; } = TimeSpan.FromHours(24);

    /// <summary>How many windows a trend is drawn from. Default 288 (5 minutes each in 24 hours), 48 to 1,440.</summary>
    [Range(48, 1440)]
    public int TrendWindows { get; set; } = 288;

    /// <summary>How often an open page reads its trend and the maintenance list again. Default 30 s, 1 s to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00", ConvertValueInInvariantCulture = true, ParseLimitsInInvariantCulture = true)]
    public TimeSpan ReloadInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Origins besides the service's own whose pages may use the alarm hub, for example <c>https://portal.example.org</c>. Default none.
    /// </summary>
    public IList<string> AllowedOrigins { get; } = [];
}

/// <summary>Checks the ranges at start.</summary>
[OptionsValidator]
internal sealed partial class DashboardOptionsValidator : IValidateOptions<DashboardOptions>;
