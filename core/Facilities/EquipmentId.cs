using System.Text.Json.Serialization;

namespace Plantroom;

/// <summary>The name of one piece of equipment: <c>site/equipment</c>, for example <c>hq/P-101</c>. Case-sensitive.</summary>
/// <param name="Site">The site's id.</param>
/// <param name="Equipment">The equipment's id, unique within the site.</param>
[JsonConverter(typeof(EquipmentIdJsonConverter))]
public readonly record struct EquipmentId(string Site, string Equipment)
{
    /// <summary>
    /// Whether a text can be one segment of a name: 1 to 64 characters without <c>/</c>, <c>+</c>, <c>#</c>, white space and
    /// control characters, so that it can stand in an MQTT topic and in a URL.
    /// </summary>
    public static bool IsValidSegment(string? text) =>
        text is { Length: > 0 and <= 64 } && !text.Any(static c => c is '/' or '+' or '#' || char.IsWhiteSpace(c) || char.IsControl(c));

    /// <summary>Reads <c>site/equipment</c>.</summary>
    public static bool TryParse(string? text, out EquipmentId id)
    {
        id = default;
        var parts = text?.Split('/');
        if (parts is not [var site, var equipment] || !IsValidSegment(site) || !IsValidSegment(equipment)) return false;
        id = new(site, equipment);
        return true;
    }

    /// <summary>The id of one of the equipment's points; interned.</summary>
    public PointId Point(string point) => PointId.Intern($"{Site}/{Equipment}/{point}");

    /// <summary><c>site/equipment</c>.</summary>
    public override string ToString() => $"{Site}/{Equipment}";
}
