namespace Plantroom.Energy.Meters;

/// <summary>A meter of the site model.</summary>
/// <param name="Id">Which equipment.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Counter">What it counts energy with; null when it has no such point, or not in a unit of energy.</param>
/// <param name="Above">The meter that measures it as well; null for none.</param>
internal sealed record Meter(EquipmentId Id, LocalizedText Name, EnergyCounter? Counter, EquipmentId? Above);

/// <summary>A point that counts energy.</summary>
/// <param name="Point">Which point.</param>
/// <param name="KilowattHours">How many kWh one of its unit is.</param>
internal sealed record EnergyCounter(PointId Point, double KilowattHours);
