namespace Plantroom.Gateway;

/// <summary>Puts a value that was read to what its point allows.</summary>
internal static class PointValue
{
    /// <summary>Keeps a number; the answer says why not.</summary>
    public static Refusal? Keep(PointRule point, double value, DecodedMessage into)
    {
        switch (point.Judge(value, out var quality))
        {
            case null:
                into.Keep(point.Point, value, quality);
                return null;
            case RejectReason.NotFinite:
                return Refusal.NotFinite;
            default:
                return Refusal.NotAState;
        }
    }

    /// <summary>Keeps on or off; the answer says why not.</summary>
    public static Refusal? Keep(PointRule point, bool on, DecodedMessage into)
    {
        if (!point.TakesBoolean) return Refusal.NotASwitch;
        into.Keep(point.Point, on ? 1 : 0, Quality.Good);
        return null;
    }
}
