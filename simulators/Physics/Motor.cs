namespace Plantroom.Simulators.Physics;

/// <summary>A three-phase motor.</summary>
/// <param name="RatedShaftPower">kW.</param>
/// <param name="Efficiency">Shaft power over electrical power.</param>
/// <param name="Voltage">Between the phases, V.</param>
internal sealed record Motor(double RatedShaftPower, double Efficiency = 0.85, double Voltage = 400)
{
    private static readonly (double Load, double PowerFactor)[] PowerFactors = [(0, 0.25), (0.5, 0.65), (0.75, 0.80), (1, 0.86)];

    /// <summary>The electrical power, kW, for a power at the shaft, kW.</summary>
    public double Power(double shaft) => shaft / Efficiency;

    /// <summary>The current of a phase, A, for a power at the shaft, kW.</summary>
    public double Current(double shaft) =>
        Power(shaft) * 1000 / (Math.Sqrt(3) * Voltage * PowerFactor(shaft / RatedShaftPower));

    /// <summary>The power factor at a load, the rated power being 1.</summary>
    public static double PowerFactor(double load)
    {
        for (var i = 1; i < PowerFactors.Length; i++)
        {
            var (low, high) = (PowerFactors[i - 1], PowerFactors[i]);
            if (load > high.Load) continue;
            var share = (Math.Max(0, load) - low.Load) / (high.Load - low.Load);
            return low.PowerFactor + (high.PowerFactor - low.PowerFactor) * share;
        }

        return PowerFactors[^1].PowerFactor;
    }
}
