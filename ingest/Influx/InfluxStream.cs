namespace Plantroom.Ingest.Influx;

/// <summary>The readings of one measurement, one after the other.</summary>
internal sealed class InfluxStream(IAsyncEnumerable<List<Reading>> blocks) : IAsyncDisposable
{
    private readonly IAsyncEnumerator<List<Reading>> blocks = blocks.GetAsyncEnumerator();
    private List<Reading> block = [];
    private int next;

    /// <summary>The reading that is next; null at the end.</summary>
    public Reading? Current { get; private set; }

    /// <summary>Moves on.</summary>
    public async ValueTask NextAsync()
    {
        while (next == block.Count)
        {
            if (!await blocks.MoveNextAsync())
            {
                Current = null;
                return;
            }

            (block, next) = (blocks.Current, 0);
        }

        Current = block[next++];
    }

    public ValueTask DisposeAsync() => blocks.DisposeAsync();
}
