namespace Plantroom.Simulators.Physics;

/// <summary>
/// Slowly wandering sensor noise: a first-order autoregressive process with a given standard deviation and correlation time, cut
/// off at three standard deviations.
/// </summary>
internal sealed class Noise(Random random, double sigma, double correlationSeconds)
{
    private const double CutOff = 3;
    private double step = double.NaN;
    private double memory;
    private double spread;

    /// <summary>The deviation at the moment, in the unit of sigma.</summary>
    public double Value { get; private set; }

    public void Step(double dt)
    {
        if (dt != step)
        {
            step = dt;
            memory = Math.Exp(-dt / correlationSeconds);
            spread = sigma * Math.Sqrt(1 - memory * memory);
        }

        Value = Math.Clamp(memory * Value + spread * Gauss(), -CutOff * sigma, CutOff * sigma);
    }

    private double Gauss() =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
