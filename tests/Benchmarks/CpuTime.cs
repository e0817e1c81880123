using System.Diagnostics;

namespace Plantroom.Benchmarks;

/// <summary>What another process has computed so far.</summary>
internal static class CpuTime
{
    public static TimeSpan Of(int processId)
    {
        using var process = Process.GetProcessById(processId);
        return process.TotalProcessorTime;
    }
}
