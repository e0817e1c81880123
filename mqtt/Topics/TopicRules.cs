using System.Buffers;
using System.Text;
using Plantroom.Mqtt.Codec;

namespace Plantroom.Mqtt.Topics;

/// <summary>What a topic name and a topic filter may look like, and which filter matches which name (MQTT 5.0 section 4.7).</summary>
internal static class TopicRules
{
    /// <summary>Levels that a topic filter may have. Bounds the depth of the subscription tree, and with it the stack of a match.</summary>
    public const int MaximumLevels = 128;

    private const int MaximumBytes = ushort.MaxValue;

    /// <summary>The UTF-8 form of a topic name. Half a surrogate pair has none; U+FFFD instead would be another topic.</summary>
    /// <returns>False when it is not a valid one.</returns>
    public static bool TryEncodeName(string topic, out byte[] name)
    {
        name = IsText(topic) ? Encoding.UTF8.GetBytes(topic) : [];
        return IsName(name);
    }

    /// <summary>The UTF-8 form of any text that a packet may carry.</summary>
    /// <returns>False when it has none, holds U+0000, or is too long.</returns>
    public static bool TryEncodeText(string text, out byte[] bytes)
    {
        bytes = IsText(text) && !text.Contains('\0') ? Encoding.UTF8.GetBytes(text) : [];
        return bytes.Length is > 0 and <= MaximumBytes || text.Length == 0;
    }

    public static bool IsName(ReadOnlySpan<byte> name) =>
        !name.IsEmpty && name.Length <= MaximumBytes && name.IndexOfAny((byte)'+', (byte)'#') < 0 && PacketReader.IsText(name);

    /// <summary>Whether a filter is valid: wildcards are whole levels, and # is the last one.</summary>
    public static bool IsFilter(string filter)
    {
        if (filter.Length == 0 || filter.Contains('\0') || !IsText(filter) || Encoding.UTF8.GetByteCount(filter) > MaximumBytes) return false;
        var levels = 0;
        var rest = filter.AsSpan();
        while (true)
        {
            var end = rest.IndexOf('/');
            var level = end < 0 ? rest : rest[..end];
            if (++levels > MaximumLevels) return false;
            if (level.Length > 1 && level.IndexOfAny('+', '#') >= 0) return false;
            if (level is "#" && end >= 0) return false;
            if (end < 0) return true;
            rest = rest[(end + 1)..];
        }
    }

    /// <summary>Whether a valid filter matches a valid topic name, both UTF-8. A wildcard at the front does not match names with $.</summary>
    public static bool Matches(ReadOnlySpan<byte> filter, ReadOnlySpan<byte> name)
    {
        if (name[0] == '$' && filter[0] is ((byte)'+' or (byte)'#')) return false;
        while (true)
        {
            var level = Level(filter, out var filterEnd);
            if (level is [(byte)'#']) return true;
            var nameLevel = Level(name, out var nameEnd);
            if (level is not [(byte)'+'] && !level.SequenceEqual(nameLevel)) return false;
            if (nameEnd < 0) return filterEnd < 0 || filter[(filterEnd + 1)..] is [(byte)'#'];
            if (filterEnd < 0) return false;
            filter = filter[(filterEnd + 1)..];
            name = name[(nameEnd + 1)..];
        }
    }

    private static bool IsText(string text)
    {
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var used) != OperationStatus.Done) return false;
            rest = rest[used..];
        }

        return true;
    }

    private static ReadOnlySpan<byte> Level(ReadOnlySpan<byte> topic, out int end)
    {
        end = topic.IndexOf((byte)'/');
        return end < 0 ? topic : topic[..end];
    }
}
