namespace Plantroom.Simulators.Drainage;

/// <summary>
/// Decides how many pumps run, and which: the duty pump from START-1, all from START-2, none from STOP; a pump that cannot run is
/// replaced by the next; the order rotates each time all pumps have stopped. The float calls every pump, whatever the level
/// sensor shows.
/// </summary>
internal sealed class SumpController(SumpGeometry geometry, SumpControl control, IReadOnlyList<DrainPump> pumps)
{
    private readonly bool[] commands = new bool[pumps.Count];
    private int duty;
    private int wanted;
    private double sinceStart = double.PositiveInfinity;
    private double floatRun;

    /// <summary>Whether a pump is to run.</summary>
    public bool this[int pump] => commands[pump];

    /// <param name="dt">s.</param>
    /// <param name="level">As the sensor shows it, m.</param>
    /// <param name="highFloat">Whether the float is up.</param>
    public void Step(double dt, double level, bool highFloat)
    {
        sinceStart += dt;
        floatRun = highFloat ? control.FloatRun : Math.Max(0, floatRun - dt);
        var before = wanted;
        wanted = ByLevel(level);
        if (before > 0 && wanted == 0) duty = (duty + 1) % commands.Length;
        Assign(floatRun > 0 ? commands.Length : wanted);
    }

    private int ByLevel(double level)
    {
        if (level <= geometry.Stop) return 0;
        if (level >= geometry.Start2) return commands.Length;
        return level >= geometry.Start1 ? Math.Max(1, wanted) : wanted;
    }

    private void Assign(int count)
    {
        for (var i = 0; i < commands.Length; i++)
        {
            var pump = (duty + i) % commands.Length;
            var run = count > 0 && pumps[pump].Available;
            if (run) count--;
            if (run && !commands[pump] && sinceStart < control.Stagger) continue;
            if (run && !commands[pump]) sinceStart = 0;
            commands[pump] = run;
        }
    }
}
