using Plantroom.Yaml;

namespace Plantroom.Gateway;

/// <summary>What the parts of the site model have in common: ids and names.</summary>
internal static class FileReading
{
    private const string IdRule = "an id has 1 to 64 visible characters, none of them white space, /, + or #";

    /// <summary>An id that must be there; "" after reporting when it is missing or cannot be one.</summary>
    public static string Id(this YamlMap map, string key)
    {
        var id = map.RequiredText(key);
        if (id.Length == 0 || IsId(id)) return id;
        map.Report(key, $"'{id}' cannot be an id; {IdRule}");
        return "";
    }

    /// <summary>Whether a key of a mapping can be an id; reports it when it cannot.</summary>
    public static bool KeyIsId(this YamlMap map, string key)
    {
        if (IsId(key)) return true;
        map.ReportKey(key, $"cannot be an id; {IdRule}");
        return false;
    }

    /// <summary>A text for people that must be there: <c>{ zh: 水泵, en: Pump }</c>, or one text for both languages.</summary>
    public static LocalizedText Localized(this YamlMap map, string key)
    {
        if (!map.Has(key) || !map.IsMapping(key)) return LocalizedText.Same(map.RequiredText(key));
        var texts = map.Map(key)!;
        var both = new LocalizedText(texts.RequiredText("zh"), texts.RequiredText("en"));
        texts.Close();
        return both;
    }

    /// <summary>Surrogates that stand alone have no UTF-8 form and could never arrive in a topic.</summary>
    private static bool IsId(string text) => EquipmentId.IsValidSegment(text) && !text.EnumerateRunes().Contains(System.Text.Rune.ReplacementChar);
}
