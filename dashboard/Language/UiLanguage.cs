using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Plantroom.Dashboard.Language;

/// <summary>One of the two languages of the screens.</summary>
internal sealed class UiLanguage
{
    /// <summary>The cookie that keeps a person's choice; without it the browser's languages decide.</summary>
    public const string Cookie = "plantroom.language";

    public static readonly UiLanguage Chinese = new("zh-CN", "中文");

    public static readonly UiLanguage English = new("en", "English");

    private UiLanguage(string tag, string name)
    {
        Tag = tag;
        Name = name;
        Culture = CultureInfo.GetCultureInfo(tag);
    }

    /// <summary>The tag of the <c>lang</c> attribute.</summary>
    public string Tag { get; }

    /// <summary>What the language calls itself.</summary>
    public string Name { get; }

    /// <summary>How numbers are written.</summary>
    public CultureInfo Culture { get; }

    /// <summary>The language a switch leads to.</summary>
    public UiLanguage Other => this == Chinese ? English : Chinese;

    /// <summary>A text in this language.</summary>
    public string this[LocalizedText text] => text.For(Tag);

    /// <summary>A text in this language with its places filled in.</summary>
    public string Format(LocalizedText text, params object?[] values) => string.Format(Culture, text.For(Tag), values);

    /// <summary>The language of a tag; null when it is neither.</summary>
    public static UiLanguage? Find(string? tag) =>
        tag is null ? null
        : tag.StartsWith("zh", StringComparison.OrdinalIgnoreCase) ? Chinese
        : tag.StartsWith("en", StringComparison.OrdinalIgnoreCase) ? English
        : null;

    /// <summary>The language of a request: the person's choice, else the browser's first that is one of ours, else English.</summary>
    public static UiLanguage Of(HttpRequest request)
    {
        if (Find(request.Cookies[Cookie]) is { } chosen) return chosen;
        var wanted = request.GetTypedHeaders().AcceptLanguage.OrderByDescending(static l => l.Quality ?? 1);
        return wanted.Select(static l => Find(l.Value.Value)).FirstOrDefault(static l => l is not null) ?? English;
    }
}
