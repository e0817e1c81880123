namespace Plantroom.Ingest.Transfer;

/// <summary>In which form readings leave and come.</summary>
public enum TransferFormat
{
    /// <summary>CSV with the columns point, time, value, quality and reason.</summary>
    Csv,

    /// <summary>InfluxDB line protocol, a line of each reading, times in nanoseconds.</summary>
    Lines,
}

/// <summary>How far an export or an import is.</summary>
/// <param name="Part">0 to 1, as far as it can be told; null when it cannot.</param>
/// <param name="Readings">How many readings it has moved.</param>
public readonly record struct TransferProgress(double? Part, long Readings);
