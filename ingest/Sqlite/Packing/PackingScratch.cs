namespace Plantroom.Ingest.Sqlite.Packing;

/// <summary>What packing and unpacking work in; one for each thread, so that nothing is allocated when it has grown.</summary>
internal sealed class PackingScratch
{
    [ThreadStatic]
    private static PackingScratch? ofThread;

    private long[] distances = [];
    private long[] first = [];
    private long[] second = [];
    private long[] times = [];
    private long[] integers = [];
    private double[] values = [];
    private byte[] symbols = [];

    /// <summary>The one of this thread.</summary>
    public static PackingScratch OfThread => ofThread ??= new();

    public PackedWriter Writer { get; } = new();

    public SymbolTable Table { get; } = new();

    public int[] Histogram { get; } = new int[SymbolTable.Symbols];

    /// <summary>Used within <see cref="IntegerColumn"/>.</summary>
    public Span<long> Distances(int count) => Room(ref distances, count);

    /// <summary>Used within <see cref="IntegerColumn"/>.</summary>
    public Span<byte> Symbols(int count) => Room(ref symbols, count);

    public Span<long> First(int count) => Room(ref first, count);

    public Span<long> Second(int count) => Room(ref second, count);

    /// <summary>Used within <see cref="RollupColumns"/>.</summary>
    public Span<long> Times(int count) => Room(ref times, count);

    /// <summary>Used within <see cref="RollupColumns"/>.</summary>
    public Span<long> Integers(int count) => Room(ref integers, count);

    /// <summary>Used within <see cref="RollupColumns"/>.</summary>
    public Span<double> Values(int count) => Room(ref values, count);

    private static Span<T> Room<T>(ref T[] array, int count)
    {
        if (array.Length < count) array = new T[Math.Max(count, array.Length * 2)];
        return array.AsSpan(0, count);
    }
}
