namespace Plantroom.Simulators.Physics;

/// <summary>
/// A centrifugal pump: <c>H = H0·s² − a·Q²</c> with the relative speed s, and shaft power that rises linearly with the flow.
/// Flows in m³/h, heads in m of water, power in kW.
/// </summary>
/// <param name="RatedFlow">Q_r.</param>
/// <param name="RatedHead">H_r at Q_r.</param>
/// <param name="ShutOffHead">H0, the head without flow.</param>
/// <param name="RatedShaftPower">P_r at Q_r.</param>
/// <param name="IdlePower">p0, the share of P_r without flow; 0.50 to 0.60 for radial pumps.</param>
internal sealed record PumpCurve(double RatedFlow, double RatedHead, double ShutOffHead, double RatedShaftPower, double IdlePower)
{
    /// <summary>The fall of the head with the square of the flow.</summary>
    public double Fall { get; } = (ShutOffHead - RatedHead) / (RatedFlow * RatedFlow);

    /// <summary>The head at a flow and a relative speed.</summary>
    public double Head(double flow, double speed) => ShutOffHead * speed * speed - Fall * flow * flow;

    /// <summary>
    /// The flow into a pipe with a static head and a loss of <c>k·Q²</c>; 0 when the pump does not reach the static head.
    /// </summary>
    public double FlowAgainst(double staticHead, double loss, double speed)
    {
        var head = ShutOffHead * speed * speed - staticHead;
        return head <= 0 ? 0 : Math.Sqrt(head / (Fall + loss));
    }

    /// <summary>The power at the shaft.</summary>
    public double ShaftPower(double flow, double speed) =>
        speed <= 0 ? 0 : RatedShaftPower * speed * speed * speed * (IdlePower + (1 - IdlePower) * flow / (speed * RatedFlow));

    /// <summary>The pressure of a column of water of a height, MPa.</summary>
    public static double Pressure(double head) => head * 0.00980665;
}
