using Plantroom.Ingest.Delivery;

namespace Plantroom.Ingest.Tests.Delivery;

/// <summary>A remote store that answers at once, as it is told to.</summary>
internal sealed class FakeReceiver : ILineReceiver
{
    private readonly LineProtocolReader reader = new();

    /// <summary>What it says to a batch; by default it takes it.</summary>
    public Func<IReadOnlyList<Reading>, ReadOnlyMemory<byte>, Receipt> Answer { get; set; } = static (_, _) => Receipt.Taken;

    /// <summary>How often it was asked.</summary>
    public int Attempts { get; private set; }

    /// <summary>The values of the batches that it took.</summary>
    public List<double[]> Taken { get; } = [];

    /// <summary>All values that it took, each once, in order.</summary>
    public IEnumerable<double> Values => Taken.SelectMany(static b => b).Distinct().Order();

    public static Receipt Away(IReadOnlyList<Reading> readings, ReadOnlyMemory<byte> lines) => Receipt.NotNow("it is away");

    public Task<Receipt> WriteAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellationToken)
    {
        Attempts++;
        var (readings, faults) = (new List<Reading>(), new List<LineFault>());
        Assert.Equal(0, reader.Read(lines.Span, readings, faults));
        var answer = Answer(readings, lines);
        if (answer.Away is null) Taken.Add([.. readings.Select(static r => r.Value)]);
        return Task.FromResult(answer);
    }
}
