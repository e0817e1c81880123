using System.Text;
using Microsoft.Extensions.Logging;
using Plantroom.Ingest.Delivery;

namespace Plantroom.Ingest.Tests.Delivery;

public sealed class SpoolTests : IDisposable
{
    private readonly SpoolRig rig = new(new() { SegmentMegabytes = 1, MaxMegabytes = 16 });

    public void Dispose() => rig.Dispose();

    [Fact]
    public void Spool_ReopenedWithoutClosing_DeliversWhatWasCommitted()
    {
        rig.Commit(SpoolRig.Readings(0, 10));
        rig.Commit(SpoolRig.Readings(10, 2500));
        rig.Restart();
        Assert.Equal(2510, rig.Spool.Book.Readings);
        rig.Commit(SpoolRig.Readings(2510, 5));

        rig.DeliverAll();

        Assert.Equal(Enumerable.Range(0, 2515).Select(static i => (double)i), rig.Fake.Values);
    }

    [Fact]
    public void Keeper_BadReadingReplacedByAGoodOne_SaysThatItIsGood()
    {
        var bad = Store.At(Store.Point("corrected"), 5, 1) with { Quality = Quality.Bad(QualityReason.OutOfRange) };
        var lines = new List<string>();
        rig.Fake.Answer = (_, text) =>
        {
            lines.AddRange(Encoding.UTF8.GetString(text.Span).TrimEnd().Split('\n'));
            return Receipt.Taken;
        };

        rig.Commit(bad);
        rig.Commit(bad with { Value = 2, Quality = default });
        rig.Commit(bad with { Time = bad.Time.AddSeconds(1), Quality = default });
        rig.DeliverAll();

        // What is newer than everything before replaces nothing, and says nothing.
        Assert.Equal(["\"bad outOfRange\"", "\"good\"", ""], lines.Select(static l => l.Split("quality=").ElementAtOrDefault(1)?.Split(" 1")[0] ?? ""));
    }

    [Fact]
    public void Tail_TornAtAnyByteOfTheLastRecord_IsCutOffAndTheRestDelivered()
    {
        rig.Commit(SpoolRig.Readings(0, 3));
        var good = new FileInfo(rig.Files[0]).Length;
        rig.Commit(SpoolRig.Readings(3, 2));
        var whole = File.ReadAllBytes(rig.Files[0]);
        for (var length = good; length < whole.Length; length++)
        {
            using var torn = new SpoolRig();
            var path = Path.Combine(torn.Folder, "000000000001.spool");
            File.WriteAllBytes(path, whole.AsSpan(0, (int)length));
            torn.Restart();
            torn.Commit(SpoolRig.Readings(100, 1));
            torn.DeliverAll();
            Assert.Equal([0, 1, 2, 100], torn.Fake.Values);
            Assert.Equal(length > good, Directory.Exists(Path.Combine(torn.Folder, "damaged")));
        }
    }

    [Fact]
    public void Damage_Anywhere_CostsItsRecordOnlyAndIsSetAside()
    {
        for (var i = 0; i < 4; i++) rig.Commit(SpoolRig.Readings(i, 1));
        rig.Spool.Close();
        var whole = File.ReadAllBytes(rig.Files[0]);
        var record = (whole.Length - SpoolSegment.Head.Length - SpoolSeal.Size) / 4;
        for (var at = SpoolSegment.Head.Length; at < whole.Length; at++)
        {
            using var damaged = new SpoolRig();
            var path = Path.Combine(damaged.Folder, "000000000001.spool");
            var bytes = whole.ToArray();
            bytes[at] ^= 0x55;
            File.WriteAllBytes(path, bytes);
            damaged.Restart();
            damaged.DeliverAll();
            var hit = (at - SpoolSegment.Head.Length) / record;
            Assert.Equal(new double[] { 0, 1, 2, 3 }.Where(v => hit >= 4 || (int)v != hit), damaged.Fake.Values);
            Assert.Single(damaged.SpoolLogs.From(LogLevel.Error));
            Assert.Single(Directory.GetFiles(Path.Combine(damaged.Folder, "damaged")));
        }
    }

    [Fact]
    public void Damage_WhileItIsRunning_IsPassedOver()
    {
        for (var i = 0; i < 4; i++) rig.Commit(SpoolRig.Readings(i, 1));
        using (var file = new FileStream(rig.Files[0], FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.Position = file.Length / 2;
            file.Write(new byte[10]);
        }

        rig.DeliverAll();

        Assert.InRange(rig.Fake.Values.Count(), 2, 3);
        Assert.Single(rig.SpoolLogs.From(LogLevel.Error));
    }

    [Fact]
    public void File_ThatSomebodyRemoved_IsToldAndTheRestDelivered()
    {
        rig.Commit(SpoolRig.Readings(0, 1));
        rig.Restart();
        rig.Commit(SpoolRig.Readings(1, 1));
        File.Delete(rig.Files[0]);

        rig.DeliverAll();

        Assert.Equal([1], rig.Fake.Values);
        Assert.Single(rig.SpoolLogs.From(LogLevel.Error), static l => l.Text.Contains("removed by somebody", StringComparison.Ordinal));
    }

    [Fact]
    public void Files_AllDelivered_AreDeletedAndTheirNumbersNotUsedAgain()
    {
        for (var round = 0; round < 3; round++)
        {
            rig.Commit(SpoolRig.Readings(round, 1));
            rig.DeliverAll();
            rig.Spool.Close();
            rig.Clock.Advance(TimeSpan.FromSeconds(2));
            rig.Turns();
            rig.Restart();
            Assert.Empty(rig.Files);
        }

        rig.Commit(SpoolRig.Readings(3, 1));
        Assert.EndsWith("000000000004.spool", Assert.Single(rig.Files), StringComparison.Ordinal);
        rig.DeliverAll();
        Assert.Equal([0, 1, 2, 3], rig.Fake.Values);
    }

    [Fact]
    public void Cursor_OfTheLastSecond_KeepsWhatIsDeliveredFromBeingDeliveredAgain()
    {
        rig.Commit(SpoolRig.Readings(0, 4000));
        rig.DeliverAll();
        rig.Clock.Advance(TimeSpan.FromSeconds(2));
        rig.Turns();
        rig.Commit(SpoolRig.Readings(4000, 10));
        rig.Restart();
        rig.Fake.Taken.Clear();

        rig.DeliverAll();

        Assert.Equal(Enumerable.Range(4000, 10).Select(static i => (double)i), rig.Fake.Values);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("plantroom spool 1\nnewest 1\ncrc 00000000\n")]
    [InlineData("")]
    public void Cursor_LostOrDamaged_DeliversEverythingAgain(string? text)
    {
        rig.Commit(SpoolRig.Readings(0, 10));
        rig.DeliverAll();
        rig.Clock.Advance(TimeSpan.FromSeconds(2));
        rig.Turns();
        var cursor = Path.Combine(rig.Folder, "cursor");
        Assert.True(File.Exists(cursor));
        if (text is null) File.Delete(cursor);
        else File.WriteAllText(cursor, text);
        rig.Restart();

        rig.DeliverAll();

        Assert.Equal(20, rig.Fake.Taken.Sum(static b => b.Length));
    }

    [Fact]
    public void Cursor_BeyondALostTail_DoesNotHideWhatIsCommittedLater()
    {
        rig.Commit(SpoolRig.Readings(0, 10));
        rig.DeliverAll();
        rig.Clock.Advance(TimeSpan.FromSeconds(2));
        rig.Turns();

        // The machine lost power: the cursor was on the disk, the readings were not.
        using (var file = new FileStream(rig.Files[0], FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) file.SetLength(100);
        rig.Restart();
        rig.Commit(SpoolRig.Readings(10, 10));
        rig.DeliverAll();

        Assert.Equal(Enumerable.Range(0, 20).Select(static i => (double)i), rig.Fake.Values);
    }

    [Fact]
    public void Spool_Full_TakesNothingMoreAndRecoversByItself()
    {
        rig.Fake.Answer = FakeReceiver.Away;
        var count = 0;
        Exception? full = null;
        for (; full is null; count += 10_000)
        {
            var from = count;
            full = Record.Exception(() => rig.Commit(SpoolRig.Readings(from, 10_000)));
            rig.Turns();
        }

        count -= 10_000;
        Assert.IsType<IOException>(full);
        Assert.Contains("the spool is full", full.Message, StringComparison.Ordinal);
        Assert.Contains("Spool:MaxMegabytes", full.Message, StringComparison.Ordinal);
        Assert.InRange(new DirectoryInfo(rig.Folder).GetFiles().Sum(static f => f.Length), 15 << 20, 16 << 20);
        Assert.Throws<IOException>(() => rig.Commit(SpoolRig.Readings(count, 10_000)));

        rig.Fake.Answer = static (_, _) => Receipt.Taken;
        rig.Clock.Advance(TimeSpan.FromMinutes(1));
        rig.DeliverAll();
        rig.Commit(SpoolRig.Readings(count, 10_000));
        rig.DeliverAll();

        Assert.Equal(Enumerable.Range(0, count + 10_000).Select(static i => (double)i), rig.Fake.Values);
    }

    [Fact]
    public void Commit_LargerThanTheWholeSpool_IsTakenWhenItIsEmpty()
    {
        rig.Commit(SpoolRig.Readings(0, 1));
        var large = SpoolRig.Readings(1, 400_000);
        Assert.Throws<IOException>(() => rig.Commit(large));
        rig.DeliverAll();
        rig.Clock.Advance(TimeSpan.FromSeconds(2));
        rig.Turns();
        rig.Commit(large);
        rig.DeliverAll();
        Assert.Equal(400_001, rig.Fake.Values.Count());
    }

    [Fact]
    public void Commit_ThatFailed_LeavesNothingBehind()
    {
        rig.Commit(SpoolRig.Readings(0, 1));
        rig.Spool.Dispose();
        Assert.Throws<ObjectDisposedException>(() => rig.Commit(SpoolRig.Readings(1, 1)));
        rig.Restart();
        rig.DeliverAll();
        Assert.Equal([0], rig.Fake.Values);
    }

    [Fact]
    public void Folder_IsTheOwnersAlone()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no such rights.");
            return;
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(rig.Folder));
    }

    [Fact]
    public void Commit_KeepsTheNewestValuesInMemory()
    {
        var point = Store.Point("newest");
        rig.Last.Load([]);
        rig.Commit(Store.At(point, 5, 1), Store.At(point, 4, 2));
        rig.Commit(Store.At(point, 3, 3));
        Assert.True(rig.Last.TryGet([point], out var last));
        Assert.Equal([Store.At(point, 5, 1)], last);
    }
}
