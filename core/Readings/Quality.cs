using System.Text.Json.Serialization;

namespace Plantroom;

/// <summary>How far a value can be trusted. The numbers are stored: 0, 1, 2.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<QualityLevel>))]
public enum QualityLevel : byte
{
    /// <summary>Measured, in range, in time.</summary>
    Good = 0,

    /// <summary>Usable with care, for example from a device whose clock is ahead of ours.</summary>
    Uncertain = 1,

    /// <summary>Not a statement about the equipment, for example outside the physical range of the sensor.</summary>
    Bad = 2,
}

/// <summary>Why a value is not good. The numbers are stored and never reused.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<QualityReason>))]
public enum QualityReason : byte
{
    /// <summary>Nothing to say.</summary>
    None = 0,

    /// <summary>The value lies outside the point's physical range.</summary>
    OutOfRange = 1,

    /// <summary>The device's clock is ahead of ours by more than the warning limit; its time was kept.</summary>
    ClockSkew = 2,

    /// <summary>An enumeration value that the point has no label for.</summary>
    UnknownLabel = 3,
}

/// <summary>The quality of one reading: a level and the reason for it.</summary>
/// <param name="Level">How far the value can be trusted.</param>
/// <param name="Reason">Why it is not good; <see cref="QualityReason.None"/> when it is.</param>
public readonly record struct Quality(QualityLevel Level, QualityReason Reason)
{
    /// <summary>Good, without a reason. Also the default value.</summary>
    public static Quality Good => default;

    /// <summary>Usable with care.</summary>
    public static Quality Uncertain(QualityReason reason) => new(QualityLevel.Uncertain, reason);

    /// <summary>Not to be used for decisions.</summary>
    public static Quality Bad(QualityReason reason) => new(QualityLevel.Bad, reason);

    /// <summary>One byte for storage: level in the upper two bits, reason below.</summary>
    public byte ToByte() => (byte)(((byte)Level << 6) | (byte)Reason);

    /// <summary>The inverse of <see cref="ToByte"/>.</summary>
    public static Quality FromByte(byte stored) => new((QualityLevel)(stored >> 6), (QualityReason)(stored & 0x3F));
}
