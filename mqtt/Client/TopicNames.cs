using System.Collections.Concurrent;
using Plantroom.Mqtt.Topics;

namespace Plantroom.Mqtt.Client;

/// <summary>Remembers the bytes of topics that are published to, so that publishing to one again neither checks nor allocates.</summary>
internal sealed class TopicNames
{
    /// <summary>Topics that are remembered. When there are more, it starts anew.</summary>
    private const int Most = 4096;

    /// <summary>Longer topics are not remembered: it bounds the memory.</summary>
    private const int Longest = 256;

    private readonly ConcurrentDictionary<string, byte[]> known = new();
    private int count;

    /// <returns>False when it is not a valid topic name.</returns>
    public bool TryEncode(string topic, out byte[] name)
    {
        if (known.TryGetValue(topic, out name!)) return true;
        if (!TopicRules.TryEncodeName(topic, out name)) return false;
        if (topic.Length > Longest) return true;
        if (Interlocked.Increment(ref count) > Most)
        {
            known.Clear();
            Volatile.Write(ref count, 1);
        }

        known[topic] = name;
        return true;
    }
}
