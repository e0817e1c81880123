using System.Text;

namespace Plantroom.Ingest.Influx;

/// <summary>Texts of ours as InfluxQL writes them.</summary>
internal static class InfluxQl
{
    /// <summary>The name of a database, measurement, tag or field, in double quotes.</summary>
    public static string Name(string name) => Quote(name, '"');

    /// <summary>The value of a tag, in single quotes.</summary>
    public static string Text(string text) => Quote(text, '\'');

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
