using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Plantroom.Ingest;
using Plantroom.Ingest.Commit;
using Plantroom.Ingest.Sqlite;
using Plantroom.Ingest.Sqlite.Packing;

namespace Plantroom.Benchmarks.Storage;

internal sealed class QueryStore : IDisposable
{
    private readonly HistoryWriter writer;
    private readonly DataFolder folder;
    private readonly Random random = new(1);
    private readonly List<(PointId, ChunkBuffer)> all = [];
    public QueryStore(DataFolder folder, IOptions<IngestOptions> options)
    {
        this.folder = folder;
        writer = new(folder, new LastValues(), options);
        writer.Open();
    }

    public long Readings { get; private set; }

    public void Add(PointId point, DateTime start, TimeSpan interval, int count)
    {
        var readings = new Reading[count];
        var value = 50.0;
        var b = new ChunkBuffer();
        for (var i = 0; i < count; i++) {
            readings[i] = new(point, start + (i * interval), Math.Round(value += random.NextDouble() - 0.5, 1));
            b.Add(StoredTime.ToMilliseconds(readings[i].Time), readings[i].Value, 0);
        }
        if (count > 10) { all.Add((point, b)); readings = readings[^1..]; }
        var group = new CommitGroup();
        group.Add(new ReadingBatch(readings));
        writer.Commit(group);
        Readings += count;
    }

    public long Close()
    {
        using var connection = new SqliteConnection($"Data Source={folder.History};Pooling=false");
        connection.Open();
        using var tx = connection.BeginTransaction();
        foreach (var (p, b) in all)
        {
            long Num(string sql) { using var c = connection.CreateCommand(); c.CommandText = sql; return (long)c.ExecuteScalar()!; }
            void Ins(string sql, byte[] d) { using var c = connection.CreateCommand(); c.CommandText = sql; c.Parameters.AddWithValue("$d", d); c.ExecuteNonQuery(); }
            var n = Num($"select id from point where name='{p}'");
            var dt = b.Times[1] - b.Times[0];
            var per = (int)Math.Min(4096 / 90 * 90, 8L * 86400000 / dt);
            for (var i = 0; i < b.Count; i += per)
            {
                var c = Math.Min(per, b.Count - i);
                Ins($"insert into chunk(point,start_ms,end_ms,count,data) values({n},{b.Times[i]},{b.Times[i] + c * dt},{c},$d)", ChunkFormat.Pack(b.Times.AsSpan(i, c), b.Values.AsSpan(i, c), b.Qualities.AsSpan(i, c)));
            }
            var level = 0;
            foreach (var len in (long[])[900000, 3600000, 86400000])
            {
                var ws = new List<RollupWindow>();
                for (var i = 0; i < b.Count;)
                {
                    var s = b.Times[i] / len * len; var sum = default(Summary);
                    for (; i < b.Count && b.Times[i] < s + len; i++) sum.Add(StoredTime.FromMilliseconds(b.Times[i]), b.Values[i]);
                    ws.Add(new(s, s + len, sum));
                }
                for (var i = 0; i < ws.Count; i += 384)
                {
                    var c = Math.Min(384, ws.Count - i);
                    Ins($"insert into rollup(point,level,start_ms,end_ms,data) values({n},{level},{ws[i].Start},{ws[i + c - 1].End},$d)", RollupFormat.Pack(CollectionsMarshal.AsSpan(ws).Slice(i, c), false));
                }
                level++;
            }
            Num($"update point set closed_ms={b.Times[b.Count - 1]} where id={n} returning id");
        }
        tx.Commit();
        return Readings;
    }

    public void Dispose() => writer.Dispose();
}
