using System.Text.Json.Serialization;

namespace Plantroom;

/// <summary>A text in the two languages of the product; in JSON <c>{ "zh", "en" }</c>, as in the files. Neither is ever empty.</summary>
/// <param name="ZhCn">Simplified Chinese.</param>
/// <param name="En">English.</param>
public sealed record LocalizedText([property: JsonPropertyName("zh")] string ZhCn, string En)
{
    /// <summary>The same words in both languages, for names that have no translation.</summary>
    public static LocalizedText Same(string text) => new(text, text);

    /// <summary>The text for a language tag: <c>zh</c> and anything below it is Chinese, all else English.</summary>
    public string For(string languageTag)
    {
        ArgumentNullException.ThrowIfNull(languageTag);
        return languageTag.StartsWith("zh", StringComparison.OrdinalIgnoreCase) ? ZhCn : En;
    }
}
