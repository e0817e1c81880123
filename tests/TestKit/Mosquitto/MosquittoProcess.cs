using System.Diagnostics;
using System.Threading.Channels;
using Xunit;

namespace Plantroom.TestKit.Mosquitto;

/// <summary>A program of the Mosquitto project as a process whose output is read line by line. It is ended by its id, never by name.</summary>
public sealed class MosquittoProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly Process process;
    private readonly Channel<string> lines = Channel.CreateBounded<string>(100_000);

    private MosquittoProcess(Process process) => this.process = process;

    public int Id => process.Id;

    /// <summary>Starts a program. When it is not installed, the test is skipped, or fails where everything must be there (CI=true).</summary>
    public static MosquittoProcess Start(string program, IEnumerable<string> arguments)
    {
        var path = Installed(program, "mosquitto and mosquitto-clients");
        var lineByLine = Installed("stdbuf", "coreutils");

        var process = new Process
        {
            // Line by line: a program that writes into a pipe keeps what it says until it has said a lot.
            StartInfo = new ProcessStartInfo(lineByLine, ["-oL", "-eL", path, .. arguments])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = true,
            },
        };
        var started = new MosquittoProcess(process);
        process.OutputDataReceived += (_, e) => started.Take(e.Data);
        process.ErrorDataReceived += (_, e) => started.Take(e.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return started;
    }

    /// <summary>Reads lines until one fits.</summary>
    public async Task<string> ReadLineAsync(Func<string, bool> fits, CancellationToken cancellationToken)
    {
        var seen = new List<string>();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            while (true)
            {
                var line = await lines.Reader.ReadAsync(patience.Token);
                if (fits(line)) return line;
                seen.Add(line);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException($"{process.StartInfo.ArgumentList[2]} did not say it; it said: {string.Join(" | ", seen)}");
        }
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> WaitForExitAsync(CancellationToken cancellationToken)
    {
        await process.WaitForExitAsync(cancellationToken).WaitAsync(Patience, cancellationToken);
        return process.ExitCode;
    }

    /// <summary>Ends it at once, as a crash would.</summary>
    public async Task KillAsync()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Asks it to end, as a service manager does, and waits until it has.</summary>
    public async Task TerminateAsync(CancellationToken cancellationToken)
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await WaitForExitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        process.Dispose();
    }

    /// <summary>Where a program is. When it is not installed, the test is skipped, or fails where everything must be there (CI=true).</summary>
    public static string Installed(string program, string packages)
    {
        if (Find(program) is { } path) return path;
        Assert.False(
            string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase),
            $"{program} is not installed.");
        Assert.Skip($"{program} is not installed (packages {packages}).");
        return "";
    }

    private static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Concat(["/usr/sbin", "/usr/local/sbin"])
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);

    private void Take(string? line)
    {
        if (line is not null) lines.Writer.TryWrite(line);
    }
}
