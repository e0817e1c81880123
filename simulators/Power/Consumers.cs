using Plantroom.Simulators.Physics;

namespace Plantroom.Simulators.Power;

/// <summary>What hangs on the meters besides the equipment that is simulated by itself.</summary>
internal sealed class Consumers(Seeds seeds)
{
    private static readonly DayProfile Tenant = new(
        [18, 17, 16, 16, 16, 18, 28, 60, 110, 138, 145, 140, 120, 132, 146, 148, 142, 120, 80, 52, 38, 30, 24, 20],
        weekend: 0.35);

    private static readonly DayProfile Fans = new(
        [2, 2, 2, 2, 2, 2, 3, 5, 6, 5, 5, 5, 5, 5, 5, 5, 5, 6, 6, 5, 4, 3, 2, 2], weekend: 0.6);

    private readonly Noise tenants = seeds.NoiseFor("tenants", 0.03, 600);

    /// <summary>Of the wiring between the main meter and the others, as a share of what flows.</summary>
    public const double Loss = 0.005;

    /// <summary>Corridors and stairs, kW.</summary>
    public const double Corridors = 1.8;

    /// <summary>Offices, kW.</summary>
    public double Tenants { get; private set; }

    /// <summary>Ventilation of plant rooms and garage, kW.</summary>
    public double Ventilation { get; private set; }

    public void Step(double dt, DateTime local)
    {
        tenants.Step(dt);
        Tenants = Tenant.At(local) * (1 + tenants.Value);
        Ventilation = Fans.At(local);
    }
}
