using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Plantroom.Ingest.Commit;
using Plantroom.Ingest.Sqlite;
using Plantroom.Ingest.Transfer;

namespace Plantroom.Ingest.Tests.Transfer;

public sealed class ImportTests
{
    private static readonly PointId Level = PointId.Intern("import/SP-1/level");
    private static readonly TimeRange Day = new(Store.Start.AddDays(-1), Store.Start.AddDays(1));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("import/SP-1/level,2026-06-01T08:00:00Z,1,,", null)]
    [InlineData("import/SP-1/level,2026-06-01T10:00:00+02:00,1,good,", null)]
    [InlineData("import/SP-1/level,1780300800000,1,uncertain,clockSkew", null)]
    [InlineData("\"import/SP-1/level\",\"2026-06-01T08:00:00Z\",\"1\",,", null)]
    [InlineData("", null)]
    [InlineData("import/SP-1/level,2026-06-01T08:00:00Z,1", ImportReason.Row)]
    [InlineData("import/SP-1/level,2026-06-01T08:00:00Z,1,,,", ImportReason.Row)]
    [InlineData("\"import/SP-1/level,2026-06-01T08:00:00Z,1,,", ImportReason.Row)]
    [InlineData("import/SP-1/\"level\",2026-06-01T08:00:00Z,1,,", ImportReason.Row)]
    [InlineData("level,2026-06-01T08:00:00Z,1,,", ImportReason.Point)]
    [InlineData("import/SP-1/nowhere,2026-06-01T08:00:00Z,1,,", ImportReason.Unknown)]
    [InlineData("import/SP-1/stored,2026-06-01T08:00:00Z,1,,", ImportReason.Unknown)]
    [InlineData("import/SP-1/level,2026-06-01T08:00:00,1,,", ImportReason.Time)]
    [InlineData("import/SP-1/level,2026-02-29T08:00:00Z,1,,", ImportReason.Time)]
    [InlineData("import/SP-1/level,1969-12-31T23:59:59Z,1,,", ImportReason.Time)]
    [InlineData("import/SP-1/level,2026-06-02T08:00:01Z,1,,", ImportReason.Time)]
    [InlineData("import/SP-1/level,2026-06-01T08:00:00Z,NaN,,", ImportReason.Value)]
    [InlineData("import/SP-1/level,2026-06-01T08:00:00Z,1e999,,", ImportReason.Value)]
    [InlineData("import/SP-1/level,2026-06-01T08:00:00Z,,,", ImportReason.Value)]
    [InlineData("import/SP-1/level,2026-06-01T08:00:00Z,1,fine,", ImportReason.Quality)]
    [InlineData("import/SP-1/level,2026-06-01T08:00:00Z,1,bad,mood", ImportReason.Quality)]
    public void Csv_Row_IsTakenOrItsReasonIsTold(string row, ImportReason? reason)
    {
        PointId.Intern("import/SP-1/stored");
        using var world = new TransferWorld(Model.Of(Level));
        var (state, faults) = world.Imported(TransferFormat.Csv, Bytes($"point,time,value,quality,reason\r\n{row}\r\nimport/SP-1/level,2026-06-01T07:00:00Z,7,,\r\n"));

        Assert.Equal(reason is null ? [] : [new ImportFault(2, reason.Value)], faults);
        Assert.Equal(reason is null && row.Length > 0 ? 2 : 1, state.Taken);
        Assert.Equal(3, state.Lines);
        Assert.Equal(reason is not null, state.Refused.GetValueOrDefault(reason ?? default) == 1);
    }

    [Theory]
    [InlineData("sump,equipment=SP-1,site=import level=1 1780300800000000000", null)]
    [InlineData("# a comment", null)]
    [InlineData("sump,equipment=SP-1,site=import level=1,more=2 1780300800000000000", ImportReason.Unknown)]
    [InlineData("sump,equipment=SP-1 level=1 1780300800000000000", ImportReason.Row)]
    [InlineData("sump,equipment=SP-1,site=import level= 1780300800000000000", ImportReason.Value)]
    [InlineData("sump,equipment=SP-1,site=import level=1", ImportReason.Time)]
    [InlineData("sump,equipment=SP-1,site=import level=1 -1", ImportReason.Time)]
    [InlineData("sump,equipment=SP-1,site=import level=1,level/quality=\"odd\" 1780300800000000000", ImportReason.Quality)]
    [InlineData("sump,equipment=SP+1,site=import level=1 1780300800000000000", ImportReason.Point)]
    public void Lines_Line_IsTakenOrItsReasonIsTold(string line, ImportReason? reason)
    {
        using var world = new TransferWorld(Model.Of(Level));
        var (state, faults) = world.Imported(TransferFormat.Lines, Bytes($"{line}\nsump,equipment=SP-1,site=import level=7 1780297200000000000\n"));

        Assert.Equal(reason is null ? [] : [new ImportFault(1, reason.Value)], faults);
        Assert.Equal(line.Contains(" level=1 17803", StringComparison.Ordinal) && reason is null || reason is ImportReason.Unknown ? 2 : 1, state.Taken);
    }

    [Fact]
    public async Task Csv_ColumnsInAnotherOrderWithOthersAndAMark_AreFound()
    {
        using var world = new TransferWorld(Model.Of(Level));
        var (state, _) = world.Imported(
            TransferFormat.Csv, Bytes("\uFEFFvalue,note,reason,quality,time,point\n2.5,\"a, b\",outOfRange,bad,2026-06-01T08:00:00.1239Z,import/SP-1/level"));
        Assert.Equal(1, state.Taken);
        Assert.Equal([Store.At(Level, 0.123, 2.5, Quality.Bad(QualityReason.OutOfRange))], await world.History.RawAsync(Level, Day, Cancel));
    }

    [Theory]
    [InlineData("")]
    [InlineData("point,time,amount\n")]
    [InlineData("import/SP-1/level,2026-06-01T08:00:00Z,1\n")]
    public void Csv_WithoutItsHeadings_IsNotTaken(string text)
    {
        using var world = new TransferWorld(Model.Of(Level));
        Assert.Throws<InvalidDataException>(() => world.Imported(TransferFormat.Csv, Bytes(text)));
    }

    [Fact]
    public async Task UnknownPoints_WhenKept_AreStored()
    {
        using var world = new TransferWorld(Plantroom.Facility.Empty);
        var (state, faults) = world.Imported(TransferFormat.Csv, Bytes("point,time,value\nimport/NEW-1/level,2026-06-01T08:00:00Z,1\n"), keepUnknown: true);
        Assert.Empty(faults);
        Assert.Equal(1, state.Taken);
        Assert.Single(await world.History.RawAsync(PointId.Intern("import/NEW-1/level"), Day, Cancel));
    }

    [Fact]
    public async Task File_StoreFailsOnTheWay_GoesOnWhereItWas()
    {
        FailingKeeper keeper = null!;
        using var world = new TransferWorld(
            Model.Of(Level),
            services =>
            {
                services.Configure<IngestOptions>(static o => o.MaxCommit = 100);
                services.AddSingleton<IReadingKeeper>(s => keeper = new(s.GetRequiredService<HistoryWriter>()));
            });
        var rows = Enumerable.Range(0, 1000).Select(static i => i % 250 == 249 ? "nonsense" : $"import/SP-1/level,{1780300800000 + i},{i}");
        var file = world.File("readings.csv");
        await File.WriteAllLinesAsync(file, ["point,time,value", .. rows], Cancel);
        var request = new ImportRequest(TransferFormat.Csv, false);
        var faults = new List<ImportFault>();

        keeper.CommitsLeft = 5;
        Assert.Throws<IOException>(() => world.Import.FromFile(request, file, faults.Add, null, Cancel));
        Assert.True(File.Exists(file + ".resume"));
        var read = keeper.Kept;
        Assert.Equal(500, read);
        keeper.CommitsLeft = int.MaxValue;
        faults.RemoveAll(static f => f.Line > 502);
        var done = world.Import.FromFile(request, file, faults.Add, null, Cancel);

        Assert.Equal(996, keeper.Kept);
        Assert.Equal((996, 1001, 4), (done.Taken, done.Lines, done.Refused[ImportReason.Row]));
        Assert.Equal([251, 501, 751, 1001], faults.Select(static f => f.Line));
        Assert.False(File.Exists(file + ".resume"));
        Assert.Equal(996, (await world.History.RawAsync(Level, Day, Cancel)).Count);
    }

    [Fact]
    public async Task File_ChangedMeanwhile_IsReadFromItsBeginning()
    {
        FailingKeeper keeper = null!;
        using var world = new TransferWorld(
            Model.Of(Level),
            services =>
            {
                services.Configure<IngestOptions>(static o => o.MaxCommit = 1);
                services.AddSingleton<IReadingKeeper>(s => keeper = new(s.GetRequiredService<HistoryWriter>()));
            });
        var file = world.File("readings.csv");
        await File.WriteAllTextAsync(file, "point,time,value\nimport/SP-1/level,0,1\nimport/SP-1/level,1,1\n", Cancel);
        keeper.CommitsLeft = 1;
        Assert.Throws<IOException>(() => world.Import.FromFile(new(TransferFormat.Csv, false), file, static _ => { }, null, Cancel));
        keeper.CommitsLeft = 100;
        await File.WriteAllTextAsync(file, "point,time,value\nimport/SP-1/level,7,1\nimport/SP-1/level,8,1\nimport/SP-1/level,9,1\n", Cancel);

        Assert.Equal(3, world.Import.FromFile(new(TransferFormat.Csv, false), file, static _ => { }, null, Cancel).Taken);
        Assert.Equal(4, keeper.Kept);
    }

    [Fact]
    public async Task Documentation_Sample_IsTakenAndExportedAgain()
    {
        var lines = await File.ReadAllLinesAsync(Document(), Cancel);
        var start = Array.IndexOf(lines, "```csv") + 1;
        var sample = string.Concat(lines[start..Array.IndexOf(lines, "```", start)].Select(static line => line + "\r\n"));
        using var world = new TransferWorld(Model.Of(PointId.Intern("hq/SP-1/level")));

        Assert.Empty(world.Imported(TransferFormat.Csv, Bytes(sample)).Faults);

        Assert.Equal(sample, Encoding.UTF8.GetString(await world.ExportedAsync(TransferFormat.Csv)));
    }

    private static string Document()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Plantroom.slnx"))) folder = Path.GetDirectoryName(folder)!;
        return Path.Combine(folder, "docs", "formats", "history-export.md");
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>A store that has room for some commits only.</summary>
    private sealed class FailingKeeper(HistoryWriter writer) : IReadingKeeper
    {
        public int CommitsLeft { get; set; } = int.MaxValue;

        public long Kept { get; private set; }

        public void Open() => writer.Open();

        public void Commit(CommitGroup group)
        {
            if (CommitsLeft-- <= 0) throw new IOException("the disk is full");
            Kept += group.Count;
            writer.Commit(group);
        }

        public void Close() => writer.Close();
    }
}
