namespace Plantroom.Simulators.Weather;

/// <summary>
/// Rain intensity over time, in steps. Seconds count from the moment the scenario starts; before it they are negative.
/// </summary>
/// <param name="Steps">From when on which intensity, mm/h; in rising order of time.</param>
internal sealed record Hyetograph(IReadOnlyList<(double From, double Intensity)> Steps)
{
    /// <summary>The intensity at a moment, mm/h; 0 before the first step.</summary>
    public double At(double seconds)
    {
        var intensity = 0.0;
        foreach (var step in Steps)
        {
            if (step.From > seconds) break;
            intensity = step.Intensity;
        }

        return intensity;
    }

    /// <summary>How long before the start the rain begins; zero when it does not.</summary>
    public TimeSpan Prelude => Steps is [var first, ..] && first.From < 0 ? TimeSpan.FromSeconds(-first.From) : TimeSpan.Zero;
}
