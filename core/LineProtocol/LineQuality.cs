namespace Plantroom;

/// <summary>
/// A quality in words: the level, and the reason behind a space when there is one, for example <c>bad outOfRange</c>. Numbers without a
/// name are written as they are.
/// </summary>
internal static class LineQuality
{
    /// <summary>The words by <see cref="Quality.ToByte"/>, in the quotes of a text field.</summary>
    private static readonly byte[][] Quoted = [.. Enumerable.Range(0, 256).Select(static b => Words(Quality.FromByte((byte)b)))];

    public static ReadOnlySpan<byte> Write(Quality quality) => Quoted[quality.ToByte()];

    /// <summary>Reads the words without the quotes.</summary>
    public static bool TryRead(ReadOnlySpan<byte> words, out Quality quality)
    {
        quality = default;
        var space = words.IndexOf((byte)' ');
        if (words.IsEmpty || space == 0 || space == words.Length - 1) return false;
        return QualityWords.TryRead(space < 0 ? words : words[..space], space < 0 ? default : words[(space + 1)..], out quality);
    }

    private static byte[] Words(Quality quality)
    {
        var reason = QualityWords.Reason(quality);
        return [(byte)'"', .. QualityWords.Level(quality), .. reason.IsEmpty ? default : " "u8, .. reason, (byte)'"'];
    }
}
