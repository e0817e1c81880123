using System.Text;

namespace Plantroom.Mqtt.Codec;

/// <summary>
/// Goes through the properties of a packet and checks each: it may stand there, only once, and its value is allowed.
/// </summary>
internal ref struct PropertyReader
{
    private readonly ulong place;
    private readonly int length;
    private PacketReader reader;
    private ulong seen;

    /// <param name="raw">Properties without their length.</param>
    /// <param name="place">The properties that are allowed there, a constant of <see cref="Properties"/>.</param>
    public PropertyReader(ReadOnlySpan<byte> raw, ulong place)
    {
        Raw = raw;
        reader = new PacketReader(raw);
        length = raw.Length;
        this.place = place;
    }

    /// <param name="packet">Stands at the property length; stands behind the properties afterwards.</param>
    /// <param name="place">The properties that are allowed there, a constant of <see cref="Properties"/>.</param>
    public PropertyReader(scoped ref PacketReader packet, ulong place)
        : this(packet.Take((int)packet.VariableByteInteger()), place)
    {
    }

    /// <summary>All properties as they came, without the length.</summary>
    public ReadOnlySpan<byte> Raw { get; }

    /// <summary>The property that <see cref="Next"/> has found.</summary>
    public Property Id { get; private set; }

    /// <summary>Its value when it is a number.</summary>
    public uint Number { get; private set; }

    /// <summary>Its value when it is a string or binary; the value of a user property.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Where its value starts in <see cref="Raw"/>.</summary>
    public int ValueOffset { get; private set; }

    /// <summary>The whole property as it came.</summary>
    public ReadOnlySpan<byte> RawProperty { get; private set; }

    public readonly string Text => Encoding.UTF8.GetString(Bytes);

    public bool Next()
    {
        if (reader.IsEmpty) return false;
        var before = reader.Rest;
        var identifier = reader.Byte();
        if (!Properties.Contains(place, identifier)) Broken.Packet($"property 0x{identifier:X2} may not stand here");
        Id = (Property)identifier;
        if ((seen >> identifier & 1) != 0 && !Properties.MayRepeat(Id, place)) Broken.Protocol($"property {Id} stands twice");
        seen |= 1UL << identifier;
        ValueOffset = length - reader.Rest.Length;
        ReadValue();
        RawProperty = before[..(before.Length - reader.Rest.Length)];
        return true;
    }

    private void ReadValue()
    {
        switch (Properties.FormOf(Id))
        {
            case PropertyForm.Byte:
                Number = reader.Byte();
                if (Number > 1) Broken.Protocol($"property {Id} is neither 0 nor 1");
                break;
            case PropertyForm.UInt16:
                Number = reader.UInt16();
                break;
            case PropertyForm.UInt32:
                Number = reader.UInt32();
                break;
            case PropertyForm.VariableByteInteger:
                Number = reader.VariableByteInteger();
                break;
            case PropertyForm.Binary:
                Bytes = reader.Binary();
                break;
            case PropertyForm.Pair:
                reader.Utf8();
                Bytes = reader.Utf8();
                break;
            default:
                Bytes = reader.Utf8();
                break;
        }

        if (Number == 0 && Id is (Property.ReceiveMaximum or Property.MaximumPacketSize or Property.SubscriptionIdentifier))
            Broken.Protocol($"property {Id} is 0");
    }
}
