using System.Diagnostics;
using System.Globalization;

namespace Plantroom.Benchmarks.Storage.Peers;

/// <summary>
/// What storing a reading costs. The time depends on what else the machine does; what this process computes and writes (calls to the kernel,
/// a page in the log and again in the database counted twice) hardly does.
/// </summary>
internal readonly record struct AppendFigures(double PerSecond, double CpuMicroseconds, double BytesWritten)
{
    public static AppendFigures Of(int readings, Action append)
    {
        var (cpu, written, watch) = (Environment.CpuUsage.TotalTime, Written(), Stopwatch.StartNew());
        append();
        var seconds = watch.Elapsed.TotalSeconds;
        return new(
            readings / seconds, (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / readings, (double)(Written() - written) / readings);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{PerSecond,12:N0} readings/s{CpuMicroseconds,8:N2} us CPU{BytesWritten,8:N0} bytes written a reading");

    private static long Written() => long.Parse(
        File.ReadLines("/proc/self/io").First(static line => line.StartsWith("wchar:", StringComparison.Ordinal))[6..], CultureInfo.InvariantCulture);
}
