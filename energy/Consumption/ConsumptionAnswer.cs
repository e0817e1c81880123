namespace Plantroom.Energy.Consumption;

/// <summary>What a meter counted over time.</summary>
/// <param name="Meter">The meter, site/equipment.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="From">The start of the range, UTC.</param>
/// <param name="To">The end of the range, UTC.</param>
/// <param name="Every">The length of the windows as it was asked for.</param>
/// <param name="TimeZone">The site's time zone, whose days <c>1d</c> means.</param>
/// <param name="Kwh">What the windows hold together, kWh; null when none has data.</param>
/// <param name="Windows">The windows, oldest first, without gaps.</param>
internal sealed record ConsumptionAnswer(
    EquipmentId Meter,
    LocalizedText Name,
    DateTime From,
    DateTime To,
    string Every,
    string TimeZone,
    double? Kwh,
    IReadOnlyList<ConsumptionWindow> Windows);

/// <summary>What a meter counted in one window.</summary>
/// <param name="From">Its start, UTC.</param>
/// <param name="To">Its end, UTC.</param>
/// <param name="Kwh">kWh; null when the meter sent nothing usable in it.</param>
internal sealed record ConsumptionWindow(DateTime From, DateTime To, double? Kwh);
