namespace Plantroom.Mqtt.Codec;

/// <summary>
/// A length of one to four bytes (MQTT 5.0 section 1.5.5): seven bits each, the least significant first; the top bit says that
/// another byte follows.
/// </summary>
internal static class VariableByteInteger
{
    public const int Maximum = 268_435_455;

    public static int Size(int value) => value switch
    {
        < 1 << 7 => 1,
        < 1 << 14 => 2,
        < 1 << 21 => 3,
        _ => 4,
    };

    /// <summary>Reads from the start of the bytes.</summary>
    /// <returns>How many bytes it takes; 0 when the bytes end before it does.</returns>
    /// <exception cref="MqttException">It is longer than four bytes.</exception>
    public static int Read(ReadOnlySpan<byte> bytes, out uint value)
    {
        value = 0;
        for (var i = 0; i < 4 && i < bytes.Length; i++)
        {
            value |= (uint)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80) return Shortest(i + 1, value);
        }

        if (bytes.Length >= 4) Broken.Packet("a variable byte integer is longer than four bytes");
        return 0;
    }

    /// <returns>How many bytes were written.</returns>
    public static int Write(Span<byte> target, int value)
    {
        var length = 0;
        do
        {
            var more = value > 0x7F;
            target[length++] = (byte)((value & 0x7F) | (more ? 0x80 : 0));
            value >>= 7;
        }
        while (value > 0);
        return length;
    }

    private static int Shortest(int length, uint value)
    {
        if (length != Size((int)value)) Broken.Packet("a variable byte integer is not in its shortest form");
        return length;
    }
}
