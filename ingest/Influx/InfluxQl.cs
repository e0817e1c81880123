using System.Text;

namespace Plantroom.Ingest.Influx;

/// <summary>Texts of ours as InfluxQL writes them.</summary>
internal static class InfluxQl
{
    /// <summary>The name of a database, measurement, tag or field, in double quotes.</summary>
    public static string Name(string name) => Quote(name, '"');

    /// <summary>The value of a tag, in single quotes.</summary>
    public static string Text(string text) => Quote(text, '\'');

    /// <summary>The condition that a series is of a piece of equipment.</summary>
    public static string Is(EquipmentId equipment) =>
        $"\"{LineNames.Site}\" = {Text(LineNames.Tag(equipment.Site))} AND \"{LineNames.Equipment}\" = {Text(LineNames.Tag(equipment.Equipment))}";

    private static string Quote(string text, char quote)
    {
        var quoted = new StringBuilder(text.Length + 2).Append(quote);
        foreach (var c in text)
        {
            if (c == quote || c == '\\') quoted.Append('\\');
            quoted.Append(c);
        }

        return quoted.Append(quote).ToString();
    }
}
