namespace Plantroom.Host.Settings;

/// <summary>What validators say, told in the words of the settings.</summary>
internal static class SettingsText
{
    /// <summary>Turns <c>Type.Property: text</c> or <c>Property: text</c>, as the generated validators say it, into a problem of a key.</summary>
    public static StartupProblem Problem(string section, string text)
    {
        var colon = text.IndexOf(": ", StringComparison.Ordinal);
        return colon < 0 ? new(section, text) : new($"{section}:{text[..colon].Split('.')[^1]}", text[(colon + 2)..]);
    }
}
