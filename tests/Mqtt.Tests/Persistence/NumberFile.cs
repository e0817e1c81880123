using Plantroom.Mqtt.Persistence;

namespace Plantroom.Mqtt.Tests.Persistence;

/// <summary>A file of numbers, each with bytes.</summary>
internal sealed class NumberFile : StoreFile
{
    public static readonly StoreSchema Schema = new(77, [["CREATE TABLE number (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)"]]);

    private readonly SqliteStatement insert;
    private readonly SqliteStatement all;

    public NumberFile(string path, int mostPages = int.MaxValue)
        : base(path, Schema)
    {
        Run($"PRAGMA max_page_count={mostPages}");
        insert = Prepare("INSERT INTO number (id, bytes) VALUES (?1, ?2)");
        all = Prepare("SELECT id FROM number ORDER BY id");
    }

    public void Insert(int number, int bytes) => insert.Bind(1, number).Bind(2, new byte[bytes]).Run();

    public List<int> All()
    {
        var numbers = new List<int>();
        while (all.Step()) numbers.Add((int)all.Int64(0));
        return numbers;
    }

    public static List<int> Read(string path)
    {
        using var file = new NumberFile(path);
        return file.All();
    }
}

/// <summary>Inserts a number, unless it is cancelled before.</summary>
internal sealed class Insertion(int number, int bytes = 10, bool persists = false) : Change<NumberFile>
{
    private readonly TaskCompletionSource completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int failures;

    public Task Completed => completed.Task.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System);

    public bool IsCompleted => completed.Task.IsCompleted;

    public int Failures => Volatile.Read(ref failures);

    public bool IsCancelled { get; set; }

    /// <summary>Runs within the transaction.</summary>
    public Action? OnWrite { get; init; }

    public override void Write(NumberFile file)
    {
        OnWrite?.Invoke();
        if (!IsCancelled) file.Insert(number, bytes);
    }

    public override void Committed() => completed.TrySetResult();

    public override bool Failed(Exception exception)
    {
        Interlocked.Increment(ref failures);
        if (persists && exception is not ObjectDisposedException) return true;
        completed.TrySetException(exception);
        return false;
    }
}
