namespace Plantroom.Mqtt.Broker.Security;

/// <summary>Lets one at a time do something, for each key; the others wait in the order in which they came.</summary>
internal sealed class Turns
{
    private readonly Dictionary<UInt128, Line> lines = [];

    public async ValueTask<IDisposable> WaitAsync(UInt128 key, CancellationToken cancellationToken)
    {
        Line? line;
        lock (lines)
        {
            if (!lines.TryGetValue(key, out line)) lines[key] = line = new Line(this, key);
            line.Length++;
        }

        try
        {
            await line.Free.WaitAsync(cancellationToken);
            return line;
        }
        catch
        {
            Leave(line);
            throw;
        }
    }

    private void Leave(Line line)
    {
        lock (lines)
        {
            if (--line.Length == 0) lines.Remove(line.Key);
        }
    }

    private sealed class Line(Turns turns, UInt128 key) : IDisposable
    {
        public UInt128 Key => key;

        /// <summary>Who is in it: the one whose turn it is, and those that wait.</summary>
        public int Length { get; set; }

        public SemaphoreSlim Free { get; } = new(1);

        public void Dispose()
        {
            Free.Release();
            turns.Leave(this);
        }
    }
}
