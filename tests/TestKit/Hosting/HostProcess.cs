using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Plantroom.TestKit.Hosting;

/// <summary>The real program as a process of its own, on free ports. Ended by its own process id.</summary>
public sealed partial class HostProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process process;
    private readonly List<string> output = [];
    private readonly List<string> errors = [];
    private readonly TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private HostProcess(IEnumerable<string> args, string workingFolder)
    {
        var start = new ProcessStartInfo("dotnet", [HostFile, .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingFolder,
        };
        process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += (_, e) => Take(output, e.Data);
        process.ErrorDataReceived += (_, e) => Take(errors, e.Data);
        process.Exited += (_, _) => ended.TrySetResult();
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The program as it was built, beside the tests' own output.</summary>
    public static string HostFile
    {
        get
        {
            var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
            return Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "Plantroom.Host", configuration, "Plantroom.Host.dll"));
        }
    }

    public int Id => process.Id;

    public int MqttPort { get; private set; }

    public HttpClient Http { get; } = new();

    public string Output => Joined(output);

    public string Errors => Joined(errors);

    /// <summary>Starts it on free ports and waits until it says that it runs.</summary>
    public static async Task<HostProcess> StartAsync(string dataFolder, params string[] args)
    {
        var host = new HostProcess(["--http-port", "0", "--mqtt-port", "0", "--data", dataFolder, .. args], dataFolder);
        try
        {
            await Task.WhenAny(host.started.Task, host.ended.Task).WaitAsync(Patience);
            if (!host.started.Task.IsCompleted) throw new InvalidOperationException($"The host did not start:\n{host.Output}\n{host.Errors}");
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs it to its end, for the cases in which it is not to start.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string workingFolder, params string[] args)
    {
        await using var host = new HostProcess(args, workingFolder);
        await host.ended.Task.WaitAsync(Patience);
        await host.process.WaitForExitAsync();
        return (host.process.ExitCode, host.Output, host.Errors);
    }

    public async Task<JsonElement> GetAsync(string path) => await Http.GetFromJsonAsync<JsonElement>(new Uri(path, UriKind.Relative));

    /// <summary>Asks again until an answer is as it should be; the failure shows the last answer.</summary>
    public async Task<JsonElement> UntilAsync(string path, Func<JsonElement, bool> asItShouldBe)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            var answer = await GetAsync(path);
            if (asItShouldBe(answer)) return answer;
            try
            {
                await pause.WaitForNextTickAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"{path} still answers {answer}\n{Output}\n{Errors}");
            }
        }
    }

    public async Task AcknowledgeAsync(long alarm, string by, string note)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"/api/v1/alarms/{alarm}/acknowledge");
        using var answer = await Http.PostAsJsonAsync(new Uri(path, UriKind.Relative), new { by, note });
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Ends it without any chance to clean up.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Ctrl-C.</summary>
    /// <returns>The exit code and how long it took.</returns>
    public async Task<(int ExitCode, TimeSpan Took)> InterruptAsync()
    {
        var before = Stopwatch.GetTimestamp();
        using var kill = Process.Start("kill", ["-INT", Id.ToString(CultureInfo.InvariantCulture)]);
        await process.WaitForExitAsync().WaitAsync(Patience);
        return (process.ExitCode, Stopwatch.GetElapsedTime(before));
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) await KillAsync();
        process.Dispose();
        Http.Dispose();
    }

    private static string Joined(List<string> lines)
    {
        lock (lines) return string.Join('\n', lines);
    }

    private void Take(List<string> lines, string? line)
    {
        if (line is null) return;
        lock (lines) lines.Add(line);
        if (Devices().Match(line) is { Success: true } devices) MqttPort = int.Parse(devices.Groups[1].Value, CultureInfo.InvariantCulture);
        if (Open().Match(line) is not { Success: true } open) return;
        Http.BaseAddress = new(open.Groups[1].Value);
        started.TrySetResult();
    }

    [GeneratedRegex(@"^  devices +mqtt://[^ ]*:(\d+)")]
    private static partial Regex Devices();

    [GeneratedRegex(@"^  (?:open|http) +(http://\S+)")]
    private static partial Regex Open();
}
