namespace Plantroom.Mqtt.Delivery;

/// <summary>A set of packet identifiers, a bit each. Grows with the highest one, to 8 KiB at most.</summary>
internal sealed class PacketIdentifiers
{
    private ulong[] words = [];

    public bool Contains(ushort id) => id >> 6 < words.Length && (words[id >> 6] >> (id & 63) & 1) != 0;

    public void Add(ushort id)
    {
        if (id >> 6 >= words.Length)
            Array.Resize(ref words, Math.Max(2, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)(id >> 6) + 1)));
        words[id >> 6] |= 1UL << (id & 63);
    }

    public void Remove(ushort id)
    {
        if (id >> 6 < words.Length) words[id >> 6] &= ~(1UL << (id & 63));
    }
}
