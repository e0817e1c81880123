using System.Buffers.Text;
using System.Text;

namespace Plantroom;

/// <summary>
/// Level and reason of a quality in words, as in answers, files and line protocol: <c>bad</c>, <c>outOfRange</c>. Numbers without a name are
/// written as they are.
/// </summary>
public static class QualityWords
{
    private static readonly byte[][] Levels = Names<QualityLevel>(4);
    private static readonly byte[][] Reasons = Names<QualityReason>(64);

    /// <summary>The level, UTF-8.</summary>
    public static ReadOnlySpan<byte> Level(Quality quality) => Levels[(int)quality.Level];

    /// <summary>The reason, UTF-8; empty when there is nothing to say.</summary>
    public static ReadOnlySpan<byte> Reason(Quality quality) => quality.Reason is QualityReason.None ? default : Reasons[(int)quality.Reason];

    /// <summary>Reads both words; an empty level is good. False when one of them is not known.</summary>
    public static bool TryRead(ReadOnlySpan<byte> level, ReadOnlySpan<byte> reason, out Quality quality)
    {
        var first = level.IsEmpty ? 0 : Number(Levels, level);
        var second = reason.IsEmpty ? 0 : Number(Reasons, reason);
        quality = first < 0 || second < 0 ? default : new((QualityLevel)first, (QualityReason)second);
        return first >= 0 && second >= 0;
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
