using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace Plantroom.Gateway;

/// <summary>
/// Finds values by a name in UTF-8, straight from a receive buffer: no text is made of it. Immutable. The keys are those of the site
/// model and the hash is salted, so a sender cannot make look-ups slow.
/// </summary>
internal sealed class Utf8Map<T>
    where T : class
{
    private readonly ulong salt = (ulong)Random.Shared.NextInt64();
    private readonly Slot[] slots;
    private readonly int mask;

    public Utf8Map(IReadOnlyCollection<KeyValuePair<string, T>> entries)
    {
        slots = new Slot[BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, entries.Count * 2))];
        mask = slots.Length - 1;
        foreach (var (name, value) in entries)
        {
            var key = Encoding.UTF8.GetBytes(name);
            var hash = Hash(key);
            var at = (int)hash & mask;
            while (slots[at].Key is not null) at = (at + 1) & mask;
            slots[at] = new(hash, key, value);
        }
    }

    /// <summary>The value of a name, null when it is not there.</summary>
    public T? Find(ReadOnlySpan<byte> name)
    {
        var hash = Hash(name);
        for (var at = (int)hash & mask; slots[at].Key is { } key; at = (at + 1) & mask)
            if (slots[at].Hash == hash && name.SequenceEqual(key))
                return slots[at].Value;
        return null;
    }

    /// <summary>Eight bytes at a time, multiplied and folded: names are short, and the time of a look-up is mostly this.</summary>
    private ulong Hash(ReadOnlySpan<byte> name)
    {
        const ulong Odd = 0x9E37_79B9_7F4A_7C15;
        var hash = salt ^ (ulong)name.Length;
        for (; name.Length >= 8; name = name[8..]) hash = Fold(hash ^ MemoryMarshal.Read<ulong>(name), Odd);
        var rest = 0UL;
        foreach (var b in name) rest = (rest << 8) | b;
        return Fold(hash ^ rest, Odd);
    }

    private static ulong Fold(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low;
    }

    private readonly record struct Slot(ulong Hash, byte[]? Key, T? Value);
}
