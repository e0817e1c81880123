using Plantroom.TestKit;

namespace Plantroom.Ingest.Tests.Delivery;

public sealed class SpoolCopyTests : IDisposable
{
    private readonly SpoolRig rig = new(new() { SegmentMegabytes = 1, MaxMegabytes = 16 });
    private readonly SpoolRig other = new();
    private readonly TempFolder temp = new();

    private string Copied => temp.File("spool");

    public void Dispose()
    {
        rig.Dispose();
        other.Dispose();
        temp.Dispose();
    }

    [Fact]
    public void Copy_OfASpoolInUse_HasWhatWasAcknowledgedAndJoinsAnother()
    {
        for (var i = 0; i < 30; i++) rig.Commit(SpoolRig.Readings(i * 2500, 2500));
        Assert.True(rig.Files.Count > 2, "Finished files are to be copied, too.");
        Assert.Equal(75_000, SpoolCopy.Copy(rig.Folder, Copied));
        rig.Commit(SpoolRig.Readings(75_000, 1));

        // Its numbers were used, and so would count as delivered.
        other.Commit(SpoolRig.Readings(100_000, 1));
        other.DeliverAll();
        other.Spool.Close();
        other.Spool.Tidy();
        Assert.Equal(75_000, SpoolCopy.Copy(Copied, other.Folder));
        other.Restart();
        other.DeliverAll();

        Assert.Equal(Enumerable.Range(0, 75_000).Select(static i => (double)i).Append(100_000), other.Fake.Values.Order());
    }

    [Fact]
    public void Copy_WhileARecordIsWritten_LeavesOutWhatWasNotAcknowledged()
    {
        rig.Commit(SpoolRig.Readings(0, 3));
        using (var file = new FileStream(rig.Files[0], FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) file.Write([0xF5, 1, 2, 3]);

        Assert.Equal(3, SpoolCopy.Copy(rig.Folder, Copied));
        Assert.Equal(3, SpoolCopy.Copy(Copied, other.Folder));
        other.Restart();
        other.DeliverAll();

        Assert.Equal([0, 1, 2], other.Fake.Values);
        Assert.False(Directory.Exists(Path.Combine(other.Folder, "damaged")));
    }

    [Fact]
    public void Copy_OfNothing_MakesNothing()
    {
        Assert.Equal(0, SpoolCopy.Copy(temp.File("none"), Copied));
        Assert.False(Directory.Exists(Copied));
    }
}
