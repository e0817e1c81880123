using System.Buffers;
using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Plantroom.Benchmarks.Storage;
using Plantroom.Ingest.Http;
using Plantroom.Ingest.Rows;
using Plantroom.TestKit.Fakes;

namespace Plantroom.Benchmarks;

/// <summary>How long answers of many rows take: 50 points and a year of quarter hours each, without a store, over HTTP, and out of a real store.</summary>
internal sealed class RowsBenchmark(int rounds)
{
    private const int Points = 50;
    private const int Windows = 35_040;
    private static readonly DateTime Start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly MadeHistory history = new();

    public async Task RunAsync()
    {
        Console.WriteLine("what                      rows/s        ms   CPU ms   MB   bytes allocated per row");
        for (var round = 0; round < rounds; round++)
        {
            foreach (var isCsv in (bool[])[true, false])
            {
                var form = isCsv ? "CSV" : "JSON";
                var windows = new WindowRows(WindowFunction.Usual);
                var readings = new ReadingRows();
                Write($"windows as {form}", history.Made, windows, Rows(windows, isCsv));
                Write($"readings as {form}", history.Readings, readings, Rows(readings, isCsv));
            }
        }

        var made = Enumerable.Range(0, Points).Select(static i => MadeHistory.Name(i)).ToList();
        foreach (var name in made) PointId.Intern(name);
        await using (var app = await StartAsync(history))
        {
            var windows = $"points={string.Join(',', made)}&from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z&every=15min";
            for (var round = 0; round < rounds; round++)
                foreach (var form in (string[])["csv", "json"])
                    await AskAsync($"HTTP {form} windows", app.Urls.Single(), $"{windows}&format={form}", Points * Windows);
        }

        await StoredAsync();
    }

    /// <summary>The whole way: out of the file, over HTTP, to the last byte.</summary>
    private async Task StoredAsync()
    {
        using var store = new StoredYear();
        await using var app = await StartAsync(store.History);
        var range = $"points={string.Join(',', store.Points)}&from=2025-01-01T00:00:00Z&to=2026-01-01T00:00:00Z";
        for (var round = 0; round < rounds; round++)
        {
            foreach (var form in (string[])["csv", "json"])
            {
                await AskAsync($"store {form} samples", app.Urls.Single(), $"{range}&samples=1000&format={form}", Points * 1000);
                await AskAsync($"store {form} readings", app.Urls.Single(), $"{range}&format={form}", Points * Windows);
                await AskAsync($"store {form} windows", app.Urls.Single(), $"{range}&every=15min&format={form}", Points * Windows);
            }
        }
    }

    private static RowWriter Rows<T>(RowShape<T> shape, bool isCsv) =>
        isCsv ? new CsvRows(shape.Columns) : new JsonRows(shape.Member, true, []);

    private static void Write<T>(string what, T[] items, RowShape<T> shape, RowWriter rows)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var (cpu, started, bytes) = (Process.GetCurrentProcess().TotalProcessorTime, Stopwatch.GetTimestamp(), 0L);
        rows.Begin();
        for (var point = 0; point < Points; point++)
        {
            rows.BeginPoint("hq/SP-1/level");
            foreach (ref readonly var item in items.AsSpan())
            {
                rows.BeginRow();
                shape.Write(rows, item);
                rows.EndRow();
                if (rows.Buffer.Length < 65_536) continue;
                bytes += rows.Buffer.Length;
                rows.Buffer.Clear();
            }

            rows.EndPoint();
        }

        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        var took = Stopwatch.GetElapsedTime(started);
        Report(what, Points * Windows, took, Process.GetCurrentProcess().TotalProcessorTime - cpu, bytes, allocated);
    }

    private static void Report(string what, int rows, TimeSpan took, TimeSpan cpu, long bytes, long? allocated)
    {
        var speed = FormattableString.Invariant($"{rows / took.TotalSeconds,12:N0} {took.TotalMilliseconds,9:F0} {cpu.TotalMilliseconds,8:F0}");
        Console.WriteLine(FormattableString.Invariant($"{what,-20} {speed} {bytes / 1e6,5:F0} {(double?)allocated / rows,8:F2}"));
    }

    private static async Task AskAsync(string what, string address, string question, int rows)
    {
        using var http = new HttpClient();
        var (cpu, started) = (Process.GetCurrentProcess().TotalProcessorTime, Stopwatch.GetTimestamp());
        using var answer = await http.GetAsync(
            new Uri($"{address}/api/v1/history?{question}"), HttpCompletionOption.ResponseHeadersRead);
        answer.EnsureSuccessStatusCode();
        await using var body = await answer.Content.ReadAsStreamAsync();
        var (buffer, bytes) = (ArrayPool<byte>.Shared.Rent(1024 * 1024), 0L);
        for (int read; (read = await body.ReadAsync(buffer)) > 0;) bytes += read;
        ArrayPool<byte>.Shared.Return(buffer);
        Report(what, rows, Stopwatch.GetElapsedTime(started), Process.GetCurrentProcess().TotalProcessorTime - cpu, bytes, null);
    }

    private static async Task<WebApplication> StartAsync(IHistory history)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(history).AddSingleton<IFacilitySource>(new FakeFacilitySource(Facility.Empty));
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.Configure<Ingest.IngestOptions>(static o => o.AnswerLimit = 10_000_000);
        var app = builder.Build();
        HistoryApi.Map(app);
        await app.StartAsync();
        return app;
    }

    /// <summary>Answers at once with what is ready.</summary>
    private sealed class MadeHistory : IHistory
    {
        public HistoryWindow[] Made { get; } = [.. Enumerable.Range(0, Windows).Select(Window)];

        public Reading[] Readings { get; } =
            [.. Enumerable.Range(0, Windows).Select(static i => new Reading(default, Start.AddMilliseconds(i * 10_250L), Math.Round(i % 977 / 7.0, 2)))];

        public static string Name(int i) => FormattableString.Invariant($"bench/E-{i:D2}/v");

        public ValueTask<IReadOnlyList<PointHistory<HistoryWindow>>> WindowsAsync(WindowRequest request, CancellationToken cancellationToken = default) =>
            ValueTask.FromResult<IReadOnlyList<PointHistory<HistoryWindow>>>([.. request.Points.Select(p => new PointHistory<HistoryWindow>(p, Made))]);

        public IAsyncEnumerable<IReadOnlyList<Reading>> ReadAsync(PointId point, TimeRange range, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public ValueTask<IReadOnlyList<Reading>> LastAsync(IReadOnlyCollection<PointId> points, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public ValueTask<IReadOnlyList<PointHistory<Sample>>> SampleAsync(SampleRequest request, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public ValueTask<double?> CounterIncreaseAsync(PointId point, TimeRange range, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        private static HistoryWindow Window(int i) =>
            new(Start.AddMinutes(15 * i), 90, Math.Round(i % 977 / 7.0, 2) + (i / 90.0), Math.Round(i % 977 / 7.0, 2), Math.Round(i % 977 / 6.0, 2));
    }
}
