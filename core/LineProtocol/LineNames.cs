using System.Text;

namespace Plantroom;

/// <summary>
/// The names under which a store that has read what <see cref="LineProtocolWriter"/> writes keeps it, for asking the store. Most are the
/// names themselves; a few odd ones are not.
/// </summary>
public static class LineNames
{
    /// <summary>The tag of the site.</summary>
    public const string Site = "site";

    /// <summary>The tag of the equipment.</summary>
    public const string Equipment = "equipment";

    /// <summary>The measurement that a piece of equipment is written to now; another one, when its class was another, in former times.</summary>
    public static string Measurement(EquipmentId equipment, Facility facility)
    {
        ArgumentNullException.ThrowIfNull(facility);
        return PointLines.Measurement(facility.Find(equipment)) is { } name ? Stored(Escape(name)) : PointLines.NoClass;
    }

    /// <summary>The field of a point's value.</summary>
    public static string Field(PointId point) => Stored(PointLines.Key(point.Point));

    /// <summary>The field of a point's quality, a text; there is none where the quality is good.</summary>
    public static string QualityField(PointId point) => Stored(PointLines.QualityKey(point.Point));

    /// <summary>The value of a tag: an id of a site or of a piece of equipment.</summary>
    public static string Tag(string id) => Stored(Escape(id));

    /// <summary>A name as it stands in a line.</summary>
    public static string Escape(string name) => LineText.Escape(name);

    /// <summary>Reads a quality as <see cref="QualityField"/> has it; false when it is none.</summary>
    public static bool TryReadQuality(ReadOnlySpan<byte> words, out Quality quality) => LineQuality.TryRead(words, out quality);

    /// <summary>What stores make of a name in a line: a backslash before a character that must be escaped, or a quote, goes.</summary>
    private static string Stored(string written)
    {
        var stored = new StringBuilder(written.Length);
        for (var i = 0; i < written.Length; i++)
        {
            if (written[i] == '\\' && i + 1 < written.Length && written[i + 1] is ',' or '=' or ' ') i++;
            stored.Append(written[i]);
        }

        return stored.ToString();
    }
}
