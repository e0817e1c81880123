namespace Plantroom.Energy.Balance;

/// <summary>The meters of a site that have sub-meters, each against the sum of those.</summary>
/// <param name="Site">The site.</param>
/// <param name="From">The start of the range, UTC.</param>
/// <param name="To">The end of the range, UTC.</param>
/// <param name="Meters">In the order of the site model.</param>
internal sealed record BalanceAnswer(string Site, DateTime From, DateTime To, IReadOnlyList<MeterBalance> Meters);

/// <summary>One meter against its sub-meters. Null is what cannot be told, because a meter sent nothing usable.</summary>
/// <param name="Meter">The meter, site/equipment.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Kwh">What it counted, kWh.</param>
/// <param name="SubMeters">The meters right below it.</param>
/// <param name="SubMetersKwh">What they counted together, kWh; null when one of them is.</param>
/// <param name="UnmeteredKwh">What no sub-meter saw, kWh; below zero when they counted more than the meter did.</param>
/// <param name="UnmeteredPercent">The same in percent of the meter; null also when it counted nothing.</param>
internal sealed record MeterBalance(
    EquipmentId Meter,
    LocalizedText Name,
    double? Kwh,
    IReadOnlyList<SubMeter> SubMeters,
    double? SubMetersKwh,
    double? UnmeteredKwh,
    double? UnmeteredPercent);

/// <summary>A sub-meter.</summary>
/// <param name="Meter">The meter, site/equipment.</param>
/// <param name="Name">Its name for people.</param>
/// <param name="Kwh">What it counted, kWh; null when it sent nothing usable.</param>
internal sealed record SubMeter(EquipmentId Meter, LocalizedText Name, double? Kwh);
