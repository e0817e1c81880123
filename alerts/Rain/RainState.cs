namespace Plantroom.Alerts.Rain;

/// <summary>Where the rain warning of a site stands. Pure: what comes next depends on the arguments alone.</summary>
/// <param name="Colour">The effective colour.</param>
/// <param name="BelowSince">Since when the sums have been below that colour's criteria, UTC; null while they are not.</param>
internal readonly record struct RainState(RainColour Colour, DateTime? BelowSince)
{
    /// <summary>
    /// The colour that sums derive: the highest whose criterion is reached. Sums are compared in thousandths of a millimetre, because
    /// the difference of two counter readings is not exact in binary.
    /// </summary>
    public static RainColour Derive(RainSums sums, IReadOnlyList<RainCriterion> criteria)
    {
        var colour = RainColour.None;
        foreach (var criterion in criteria)
            if (criterion.Colour > colour && Math.Round(sums.Of(criterion.Hours), 3) >= criterion.Sum)
                colour = criterion.Colour;
        return colour;
    }

    /// <summary>Rises at once; drops one level each time the sums have been below the colour's criterion for the hold time.</summary>
    public RainState Next(RainColour derived, DateTime now, TimeSpan hold)
    {
        if (derived >= Colour) return new(derived, null);
        if (BelowSince is not { } since) return this with { BelowSince = now };
        if (now - since < hold) return this;
        var lower = Colour - 1;
        return new(lower, derived < lower ? now : null);
    }

    /// <summary>Without sums nothing is known: the colour stays, and time without data does not count as dry.</summary>
    public RainState Unknown() => this with { BelowSince = null };
}
