using System.Buffers.Text;
using System.Text;

namespace Plantroom;

/// <summary>
/// A quality in words: the level, and the reason behind a space when there is one, for example <c>bad outOfRange</c>. Numbers without a
/// name are written as they are.
/// </summary>
internal static class LineQuality
{
    private static readonly byte[][] Levels = Names<QualityLevel>(4);
    private static readonly byte[][] Reasons = Names<QualityReason>(64);

    /// <summary>The words by <see cref="Quality.ToByte"/>, in the quotes of a text field.</summary>
    private static readonly byte[][] Quoted = [.. Enumerable.Range(0, 256).Select(static b => Words(Quality.FromByte((byte)b)))];

    public static ReadOnlySpan<byte> Write(Quality quality) => Quoted[quality.ToByte()];

    /// <summary>Reads the words without the quotes.</summary>
    public static bool TryRead(ReadOnlySpan<byte> words, out Quality quality)
    {
        quality = default;
        var space = words.IndexOf((byte)' ');
        var level = Number(Levels, space < 0 ? words : words[..space]);
        var reason = space < 0 ? 0 : Number(Reasons, words[(space + 1)..]);
        if (level < 0 || reason < 0) return false;
        quality = new((QualityLevel)level, (QualityReason)reason);
        return true;
    }

    private static byte[] Words(Quality quality)
    {
        var reason = quality.Reason is QualityReason.None ? [] : Reasons[(int)quality.Reason];
        return [(byte)'"', .. Levels[(int)quality.Level], .. reason.Length > 0 ? " "u8 : default, .. reason, (byte)'"'];
    }

    private static int Number(byte[][] names, ReadOnlySpan<byte> word)
    {
        for (var i = 0; i < names.Length; i++)
            if (word.SequenceEqual(names[i]))
                return i;
        return Utf8Parser.TryParse(word, out byte number, out var used) && used == word.Length && number < names.Length ? number : -1;
    }

    private static byte[][] Names<T>(int count)
        where T : struct, Enum =>
        [.. Enumerable.Range(0, count).Select(static i => Encoding.UTF8.GetBytes(Name(Enum.ToObject(typeof(T), (byte)i).ToString()!)))];

    private static string Name(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
