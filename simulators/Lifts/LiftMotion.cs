namespace Plantroom.Simulators.Lifts;

/// <summary>How a car moves: limited in speed (m/s), acceleration (m/s²) and jerk (m/s³).</summary>
internal sealed record LiftMotion(double Speed, double Acceleration, double Jerk)
{
    /// <summary>How long a trip over a distance takes without the doors, s.</summary>
    public double TripSeconds(double metres)
    {
        if (metres <= 0) return 0;
        if (metres >= Speed * Speed / Acceleration + Speed * Acceleration / Jerk)
            return metres / Speed + Speed / Acceleration + Acceleration / Jerk;
        if (metres >= 2 * Acceleration * Acceleration * Acceleration / (Jerk * Jerk))
            return Acceleration / Jerk + Math.Sqrt(4 * metres / Acceleration + Math.Pow(Acceleration / Jerk, 2));
        return Math.Cbrt(32 * metres / Jerk);
    }
}
