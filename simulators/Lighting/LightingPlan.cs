namespace Plantroom.Simulators.Lighting;

/// <summary>The two circuits of the demonstration building.</summary>
internal static class LightingPlan
{
    /// <summary>A garage without windows: never dark, dimmed at night.</summary>
    public static LightingDesign Garage { get; } = new()
    {
        RatedPower = 3.2,
        FullLight = 110,
        Target = 75,
        Schedule = new([.4, .4, .4, .4, .4, .4, .7, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, .9, .8, .6, .4]),
    };

    /// <summary>A lobby with a glass front: off when the sun does it.</summary>
    public static LightingDesign Lobby { get; } = new()
    {
        RatedPower = 1.6,
        FullLight = 260,
        Target = 200,
        Transmission = 0.005,
        Schedule = new([0, 0, 0, 0, 0, 0, .6, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, .8, .5, 0]),
    };
}
