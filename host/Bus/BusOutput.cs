using System.Buffers;
using Plantroom.Mqtt;

namespace Plantroom.Host.Bus;

/// <summary>What is being written to be published: parts, each with its topic. Its memory is used again.</summary>
internal sealed class BusOutput : IBufferWriter<byte>
{
    /// <summary>Larger memory is not kept for the next message.</summary>
    private const int Largest = 1024 * 1024;

    private readonly List<(string Topic, int Start)> parts = [];
    private ArrayBufferWriter<byte> bytes = new();

    public int Parts => parts.Count;

    public void Begin(string topic) => parts.Add((topic, bytes.WrittenCount));

    public MqttPublication Part(int index)
    {
        var (topic, start) = parts[index];
        var end = index + 1 < parts.Count ? parts[index + 1].Start : bytes.WrittenCount;
        return new(topic, bytes.WrittenMemory[start..end], MqttQos.AtLeastOnce);
    }

    public void Clear()
    {
        parts.Clear();
        if (bytes.Capacity > Largest) bytes = new();
        else bytes.ResetWrittenCount();
    }

    public void Advance(int count) => bytes.Advance(count);

    public Memory<byte> GetMemory(int sizeHint = 0) => bytes.GetMemory(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => bytes.GetSpan(sizeHint);
}
