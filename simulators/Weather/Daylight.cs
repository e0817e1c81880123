using Plantroom.Simulators.Physics;

namespace Plantroom.Simulators.Weather;

/// <summary>Light from the sky: the sun's elevation from date, time and place, dimmed by clouds.</summary>
/// <param name="seeds">The twin's random numbers.</param>
/// <param name="latitude">Degrees north.</param>
/// <param name="longitude">Degrees east.</param>
internal sealed class Daylight(Seeds seeds, double latitude = 31.23, double longitude = 121.47)
{
    private const double ClearSky = 130_000;
    private const double Dusk = 3;
    private const double DuskElevation = -6;
    private readonly Noise clouds = seeds.NoiseFor("clouds", 0.2, 1800);

    /// <summary>Outside, lx.</summary>
    public double Illuminance { get; private set; }

    public void Step(double dt, DateTime utc, double rain)
    {
        clouds.Step(dt);
        var clear = Math.Clamp(0.6 + clouds.Value - (rain > 0 ? 0.4 : 0), 0.1, 1);
        Illuminance = Outside(Elevation(utc, latitude, longitude), clear);
    }

    /// <summary>
    /// Illuminance, lx, for an elevation of the sun in degrees; civil dusk is about 3 lx at six degrees below the horizon.
    /// </summary>
    public static double Outside(double elevation, double clear)
    {
        var twilight = Dusk * Math.Clamp((elevation - 2 * DuskElevation) / -DuskElevation, 0, 2);
        return Math.Max(twilight, ClearSky * Math.Sin(elevation * Math.PI / 180) * clear);
    }

    /// <summary>The sun's elevation in degrees; good to about a degree (no equation of time).</summary>
    public static double Elevation(DateTime utc, double latitude, double longitude)
    {
        var declination = -23.44 * Math.Cos(2 * Math.PI * (utc.DayOfYear + 10) / 365) * Math.PI / 180;
        var solarHour = utc.TimeOfDay.TotalHours + longitude / 15;
        var hourAngle = (solarHour - 12) * 15 * Math.PI / 180;
        var north = latitude * Math.PI / 180;
        var sine = Math.Sin(north) * Math.Sin(declination) + Math.Cos(north) * Math.Cos(declination) * Math.Cos(hourAngle);
        return Math.Asin(sine) * 180 / Math.PI;
    }
}
