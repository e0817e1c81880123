namespace Plantroom.Gateway;

/// <summary>Why a message, or one value of it, is not kept.</summary>
/// <param name="Reason">The reason.</param>
/// <param name="Detail">What would be right; nothing of the payload.</param>
internal readonly record struct Refusal(RejectReason Reason, string Detail)
{
    public static Refusal NoSuchEquipment { get; } = new(RejectReason.UnknownPoint, "the site model does not have this equipment");

    public static Refusal NoSuchPoint { get; } = new(RejectReason.UnknownPoint, "the equipment does not have this point");

    public static Refusal NotFinite { get; } = new(RejectReason.NotFinite, "not a finite number");

    public static Refusal NotANumber { get; } = new(RejectReason.WrongType, "a value is a number, or true or false for a switch");

    public static Refusal NotASwitch { get; } = new(RejectReason.WrongType, "only a switch is on or off");

    public static Refusal NotAState { get; } = new(RejectReason.WrongType, "a switch is 0 or 1, an enumeration a whole number");
}
