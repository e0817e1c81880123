using System.Diagnostics;
using System.Globalization;

namespace Plantroom.Benchmarks.Mqtt;

/// <summary>
/// This program once more, as nothing but the embedded broker, with the runtime settings that the host ships with. It answers questions
/// on its standard input, see <see cref="BrokerOnly"/>.
/// </summary>
internal sealed class BrokerProcess : IAsyncDisposable
{
    private BrokerProcess(Process process, int port) => (Process, Port) = (process, port);

    public Process Process { get; }

    public int Port { get; }

    /// <param name="role">"broker", or "local" for one with a subscriber in the process.</param>
    /// <param name="port">Where it listens; 0 takes a free port.</param>
    public static async Task<BrokerProcess> StartAsync(string role, int port = 0)
    {
        var start = new ProcessStartInfo(
            Environment.ProcessPath!, [typeof(BrokerProcess).Assembly.Location, role, port.ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        if (!Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal)) start.ArgumentList.RemoveAt(0);
        var process = Process.Start(start)!;
        return new BrokerProcess(process, (int)await ReadAsync(process));
    }

    /// <summary>Asks for a number.</summary>
    public async Task<long> AskAsync(string question)
    {
        await Process.StandardInput.WriteLineAsync(question);
        await Process.StandardInput.FlushAsync();
        return await ReadAsync(Process);
    }

    public async ValueTask DisposeAsync()
    {
        Process.Kill();
        await Process.WaitForExitAsync();
        Process.Dispose();
    }

    private static async Task<long> ReadAsync(Process process)
    {
        var line = await process.StandardOutput.ReadLineAsync();
        return long.Parse(line ?? throw new InvalidOperationException("The broker has ended."), CultureInfo.InvariantCulture);
    }
}
