using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Plantroom.Simulators.Physics;

namespace Plantroom.Simulators.Publishing;

/// <summary>The payload of a device: <c>{"ts":"2026-06-01T08:00:00.000Z","values":{"level":0.512,"highFloat":0}}</c>.</summary>
internal static class DeviceMessage
{
    /// <param name="time">UTC.</param>
    /// <param name="points">What is reported.</param>
    /// <param name="values">The values, in the order of the points.</param>
    public static byte[] Encode(DateTime time, IReadOnlyList<SimulatedPoint> points, ReadOnlySpan<double> values)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("ts"u8, time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        json.WriteStartObject("values"u8);
        for (var i = 0; i < points.Count; i++) json.WriteNumber(points[i].Name, values[i]);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
