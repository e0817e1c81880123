using Microsoft.Extensions.Options;

namespace Plantroom.Gateway;

/// <summary>
/// Who sends what the site model does not have, so that an engineer can add it. Bounded: when there are more, the one that was silent
/// longest is forgotten, so that a flood of invented names cannot hide a device for longer than until its next message.
/// </summary>
internal sealed class UnknownDevices(IOptions<GatewayOptions> options)
{
    private readonly int capacity = options.Value.UnknownDevices;
    private readonly Lock gate = new();
    private readonly Dictionary<(string Topic, string? Point), LinkedListNode<UnknownDevice>> known = [];
    private readonly LinkedList<UnknownDevice> newestFirst = new();
    private long forgotten;

    /// <summary>How many were forgotten because there were too many.</summary>
    public long Forgotten => Interlocked.Read(ref forgotten);

    /// <summary>The ones that are remembered, the one that sent last first.</summary>
    public IReadOnlyList<UnknownDevice> All
    {
        get
        {
            lock (gate) return [.. newestFirst];
        }
    }

    /// <summary>Remembers a message. All texts are cut and escaped already.</summary>
    public void Seen(DateTime at, string topic, string? point, string payload)
    {
        lock (gate)
        {
            if (known.Remove((topic, point), out var node))
            {
                newestFirst.Remove(node);
                node.Value = node.Value with { Count = node.Value.Count + 1, LastSeen = at, Payload = payload };
            }
            else
            {
                node = new(new(topic, point, 1, at, at, payload));
            }

            newestFirst.AddFirst(node);
            known[(topic, point)] = node;
            if (known.Count <= capacity) return;
            var oldest = newestFirst.Last!.Value;
            newestFirst.RemoveLast();
            known.Remove((oldest.Topic, oldest.Point));
            forgotten++;
        }
    }
}
