namespace Plantroom.Gateway;

/// <summary>
/// The topic of a device's message: <c>plantroom/v1/in/{site}/{equipment}</c>, or with a <c>/{point}</c> behind it.
/// </summary>
internal readonly ref struct DeviceTopic
{
    /// <summary>What the gateway subscribes to.</summary>
    public const string Filter = "plantroom/v1/in/#";

    private static ReadOnlySpan<byte> Prefix => "plantroom/v1/in/"u8;

    private DeviceTopic(ReadOnlySpan<byte> equipment, ReadOnlySpan<byte> point)
    {
        Equipment = equipment;
        Point = point;
    }

    /// <summary><c>site/equipment</c>.</summary>
    public ReadOnlySpan<byte> Equipment { get; }

    /// <summary>The point; empty when the payload names the points.</summary>
    public ReadOnlySpan<byte> Point { get; }

    public static bool TryParse(ReadOnlySpan<byte> topic, out DeviceTopic parsed)
    {
        parsed = default;
        if (!topic.StartsWith(Prefix)) return false;
        var names = topic[Prefix.Length..];
        var first = names.IndexOf((byte)'/');
        if (first <= 0) return false;
        var second = names[(first + 1)..].IndexOf((byte)'/');
        if (second < 0)
        {
            if (first + 1 == names.Length) return false;
            parsed = new(names, default);
            return true;
        }

        var equipment = names[..(first + 1 + second)];
        var point = names[(equipment.Length + 1)..];
        if (second == 0 || point.IsEmpty || point.Contains((byte)'/')) return false;
        parsed = new(equipment, point);
        return true;
    }
}
