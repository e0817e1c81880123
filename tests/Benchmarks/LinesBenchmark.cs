using System.Buffers;
using System.Globalization;
using Plantroom.TestKit.Fakes;

namespace Plantroom.Benchmarks;

/// <summary>
/// How many fields of line protocol one thread writes, and reads back, in a second, and what that allocates: a site's readings as they
/// come, each piece of equipment with its points at one time or each point at its own.
/// </summary>
internal sealed class LinesBenchmark(int points, int rounds)
{
    private const int PointsOfEquipment = 8;
    private const int Batch = 5_000;

    private static readonly DateTime Start = new(2026, 6, 1, 8, 0, 0, DateTimeKind.Utc);

    public void Run()
    {
        Measure("together, one decimal", static (_, n) => n % 1000 / 10.0, together: true);
        Measure("together, six digits", static (i, n) => Math.Round(20 + Math.Sin(i + (n * 0.01)), 4), together: true);
        Measure("together, all digits", static (i, n) => 20 + Math.Sin(i + (n * 0.01)), together: true);
        Measure("singly, one decimal", static (_, n) => n % 1000 / 10.0, together: false);
    }

    /// <summary>Others may use the machine meanwhile: what counts is the time that this process computes.</summary>
    private static (double Seconds, long Allocated) Cost(Action once, int times)
    {
        var (before, allocated) = (CpuTime.Of(Environment.ProcessId), GC.GetAllocatedBytesForCurrentThread());
        for (var i = 0; i < times; i++) once();
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        return ((CpuTime.Of(Environment.ProcessId) - before).TotalSeconds, allocated);
    }

    private void Measure(string name, Func<int, int, double> value, bool together)
    {
        var batches = Batches(value, together);
        var (writer, reader) = (new LineProtocolWriter(new FakeFacilitySource(Facility.Empty)), new LineProtocolReader());
        var (output, readings, faults) = (new ArrayBufferWriter<byte>(1 << 22), new List<Reading>(Batch), new List<LineFault>());
        void Write(Reading[] batch)
        {
            output.ResetWrittenCount();
            writer.Write(batch, output);
        }

        void Read(ReadOnlySpan<byte> text)
        {
            readings.Clear();
            reader.Read(text, readings, faults);
        }

        var texts = batches.Select(batch =>
        {
            Write(batch);
            return output.WrittenSpan.ToArray();
        }).ToArray();
        Report($"write {name}", () => Array.ForEach(batches, Write), texts.Sum(static t => (double)t.Length));
        Report($"read  {name}", () => Array.ForEach(texts, t => Read(t)), texts.Sum(static t => (double)t.Length));
    }

    private void Report(string name, Action once, double bytes)
    {
        for (var i = 0; i < 100; i++) once();
        var repeats = Math.Max(1, 5_000_000 / points);
        var costs = Enumerable.Range(0, rounds).Select(_ => Cost(once, repeats)).ToList();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name,-28} {points * (double)repeats / costs.Min(static c => c.Seconds) / 1e6,6:F1} million fields/s, {bytes / points,5:F1} bytes each, {costs.Sum(static c => c.Allocated)} bytes allocated"));
    }

    private Reading[][] Batches(Func<int, int, double> value, bool together) =>
        [.. Enumerable.Range(0, points)
            .Select(i => new Reading(
                PointId.Intern($"hq/E-{i / PointsOfEquipment:D4}/point{i % PointsOfEquipment}"),
                Start.AddMilliseconds(together ? i / PointsOfEquipment : i), value(i, i * 7)))
            .Chunk(Batch)];
}
