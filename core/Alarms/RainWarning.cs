using System.Text.Json.Serialization;

namespace Plantroom;

/// <summary>The colours of the rainstorm warning, in rising order (暴雨预警信号).</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<RainColour>))]
public enum RainColour
{
    /// <summary>No warning.</summary>
    None = 0,

    /// <summary>Ⅳ 蓝色.</summary>
    Blue = 1,

    /// <summary>Ⅲ 黄色.</summary>
    Yellow = 2,

    /// <summary>Ⅱ 橙色.</summary>
    Orange = 3,

    /// <summary>Ⅰ 红色.</summary>
    Red = 4,
}

/// <summary>How much it rained at a site and what that means.</summary>
/// <param name="Site">The site's id.</param>
/// <param name="At">When it was computed, UTC.</param>
/// <param name="Sum3h">Rain of the last three hours, mm.</param>
/// <param name="Sum6h">Rain of the last six hours, mm.</param>
/// <param name="Sum12h">Rain of the last twelve hours, mm.</param>
/// <param name="Colour">The effective warning colour.</param>
public sealed record RainWarning(string Site, DateTime At, double Sum3h, double Sum6h, double Sum12h, RainColour Colour);

/// <summary>Read port of the rainstorm warnings.</summary>
public interface IRainWarnings
{
    /// <summary>The newest warning state of each site that has a rain gauge.</summary>
    IReadOnlyList<RainWarning> Current { get; }
}
