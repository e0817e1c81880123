namespace Plantroom;

/// <summary>
/// One value of one point at one time. Valid by construction of the gateway, the only door: the point is known, the value is
/// finite and in the point's unit, the time is UTC in whole milliseconds. Nobody behind the gateway checks again.
/// </summary>
/// <param name="Point">Which point.</param>
/// <param name="Time">When, UTC, whole milliseconds. (<paramref name="Point"/>, <paramref name="Time"/>) is the key of a reading.</param>
/// <param name="Value">The value in the point's unit; switches are 0 or 1, enumerations are whole numbers.</param>
/// <param name="Quality">How far the value can be trusted.</param>
public readonly record struct Reading(PointId Point, DateTime Time, double Value, Quality Quality = default);
