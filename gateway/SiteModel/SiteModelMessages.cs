using System.Text.Json.Serialization;

namespace Plantroom.Gateway;

/// <summary>A problem of the file.</summary>
/// <param name="Line">The line, from 1; 0 when it concerns the whole file.</param>
/// <param name="Message">What is wrong and what would be right.</param>
public sealed record FacilityProblem(int Line, string Message);

/// <summary>How the last reading of the site model went.</summary>
/// <param name="File">The file's name.</param>
/// <param name="LoadedAt">When the model in force was read, UTC; null when there is none.</param>
/// <param name="CheckedAt">When the file was last read, UTC; later than <paramref name="LoadedAt"/> while the file has problems.</param>
/// <param name="Sites">Sites of the model in force.</param>
/// <param name="Equipment">Pieces of equipment of the model in force.</param>
/// <param name="Points">Points of the model in force.</param>
/// <param name="Problems">What is wrong with the file; empty when it is the model in force.</param>
public sealed record FacilityStatus(
    string File, DateTime? LoadedAt, DateTime CheckedAt, int Sites, int Equipment, int Points, IReadOnlyList<FacilityProblem> Problems);

/// <summary>A point.</summary>
/// <param name="Id"><c>site/equipment/point</c>.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Kind"><c>measurement</c>, <c>switch</c>, <c>enumeration</c> or <c>counter</c>.</param>
/// <param name="Unit">UCUM; empty for switches and enumerations.</param>
/// <param name="Min">The smallest value that is physically possible.</param>
/// <param name="Max">The largest value that is physically possible.</param>
/// <param name="ExpectedSeconds">How often a reading is expected at the latest, in seconds; null when only changes are sent.</param>
/// <param name="Decimals">Decimals to show.</param>
/// <param name="Labels">The names of the values of a switch or an enumeration.</param>
/// <param name="Equipment"><c>site/equipment</c>.</param>
/// <param name="EquipmentName">The equipment's name for people.</param>
/// <param name="Site">The site's id.</param>
public sealed record PointInfo(
    string Id,
    LocalizedText Name,
    string Kind,
    string Unit,
    double? Min,
    double? Max,
    double? ExpectedSeconds,
    int Decimals,
    IReadOnlyDictionary<string, LocalizedText> Labels,
    string Equipment,
    LocalizedText EquipmentName,
    string Site);

/// <summary>A piece of equipment in the tree of the site model.</summary>
/// <param name="Id"><c>site/equipment</c>.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Class">Its class.</param>
/// <param name="System">Its system, for example <c>drainage</c>.</param>
/// <param name="Building">The building it stands in.</param>
/// <param name="Parent">The equipment it is a part of.</param>
/// <param name="Points">The ids of its points.</param>
public sealed record EquipmentInfo(
    string Id, LocalizedText Name, string Class, string System, string Building, string? Parent, IReadOnlyList<string> Points);

/// <summary>A building.</summary>
/// <param name="Id">Unique within the site.</param>
/// <param name="Name">Its name for people.</param>
public sealed record BuildingInfo(string Id, LocalizedText Name);

/// <summary>A site with what stands in it.</summary>
/// <param name="Id">The first segment of its point names.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="TimeZone">Its time zone, IANA name.</param>
/// <param name="Buildings">In the order of the file.</param>
/// <param name="Equipment">In the order of the file.</param>
public sealed record SiteInfo(
    string Id, LocalizedText Name, string TimeZone, IReadOnlyList<BuildingInfo> Buildings, IReadOnlyList<EquipmentInfo> Equipment);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(FacilityStatus))]
[JsonSerializable(typeof(PointInfo[]))]
[JsonSerializable(typeof(SiteInfo[]))]
internal sealed partial class SiteModelJson : JsonSerializerContext;
