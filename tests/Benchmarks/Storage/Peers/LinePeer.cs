using System.Buffers;
using System.Globalization;

namespace Plantroom.Benchmarks.Storage.Peers;

/// <summary>A server that takes line protocol over HTTP. Lines are made before the clock runs; two connections post them.</summary>
internal abstract class LinePeer(Uri url) : IPeer
{
    private const int Connections = 2;

    public abstract string Name { get; }

    protected HttpClient Http { get; } = new() { BaseAddress = url, Timeout = TimeSpan.FromMinutes(10) };

    protected abstract string WritePath { get; }

    public void Append(IEnumerable<Reading[]> batches)
    {
        var next = batches.GetEnumerator();
        var gate = new Lock();
        var posting = Enumerable.Range(0, Connections).Select(_ => Task.Run(async () =>
        {
            var writer = new LineProtocolWriter();
            var text = new ArrayBufferWriter<byte>();
            while (true)
            {
                lock (gate)
                {
                    if (!next.MoveNext()) return;
                    text.ResetWrittenCount();
                    writer.Write(next.Current, text);
                }

                using var answer = await Http.PostAsync(new Uri(WritePath, UriKind.Relative), new ReadOnlyMemoryContent(text.WrittenMemory));
                if ((int)answer.StatusCode != 204) throw new InvalidOperationException($"{Name}: {await answer.Content.ReadAsStringAsync()}");
            }
        })).ToArray();
        Task.WaitAll(posting);
    }

    public abstract Task SettleAsync(DateTime end);

    public abstract long Bytes();

    public abstract Task<long> ExtremesAsync(PeerQuestion question);

    public abstract Task<long> AllAsync(PeerQuestion question);

    public abstract Task<long> HoursAsync(PeerQuestion question);

    public abstract Task<long> NewestAsync(PeerQuestion question);

    public virtual ValueTask DisposeAsync()
    {
        Http.Dispose();
        return ValueTask.CompletedTask;
    }

    protected static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    protected static string Seconds(DateTime time) => Text($"{(time - DateTime.UnixEpoch).TotalSeconds}");

    protected static long Folder(string path) =>
        Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Sum(static f => new FileInfo(f).Length);

    /// <summary>Reads an answer to its end, as it comes.</summary>
    protected async Task<long> ReadAsync(string path)
    {
        using var answer = await Http.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{Name}: {await answer.Content.ReadAsStringAsync()}");
        await using var body = await answer.Content.ReadAsStreamAsync();
        var buffer = new byte[256 * 1024];
        var total = 0L;
        while (await body.ReadAsync(buffer) is var read and > 0) total += read;
        return total;
    }
}
