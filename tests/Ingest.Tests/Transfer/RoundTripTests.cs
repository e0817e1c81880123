using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Plantroom.Ingest.Transfer;

namespace Plantroom.Ingest.Tests.Transfer;

public sealed class RoundTripTests
{
    private static readonly PointId[] Points =
    [
        PointId.Intern("trip/SP-1/level"), PointId.Intern("trip/SP-1/time"), PointId.Intern("trip/泵-1/a,\"b\"=\\"), PointId.Intern("trip-2/M-0/energy"),
    ];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(TransferFormat.Csv)]
    [InlineData(TransferFormat.Lines)]
    public void ExportImportExport_AnyReadings_GivesTheSameBytes(TransferFormat format)
    {
        var value = Gen.OneOf(
            Gen.Choose(-100_000, 100_000).Select(static i => i / 100.0),
            ArbMap.Default.GeneratorFor<double>().Where(double.IsFinite));
        var quality = Gen.Elements(
            Quality.Good, Quality.Uncertain(QualityReason.ClockSkew), Quality.Bad(QualityReason.OutOfRange), Quality.Bad(QualityReason.None));
        var reading =
            from point in Gen.Elements(Points)
            from time in Gen.Choose(-2_000_000_000, 0)
            from v in value
            from q in quality
            select new Reading(point, Store.Start.AddMilliseconds(time), v, q);
        Prop.ForAll(reading.ArrayOf().ToArbitrary(), readings =>
        {
            using var first = new TransferWorld(Model.Of(Points));
            using var second = new TransferWorld(Model.Of(Points));
            first.Write(readings);
            var bytes = first.ExportedAsync(format).GetAwaiter().GetResult();

            var (state, faults) = second.Imported(format, bytes);

            Assert.Empty(faults);
            Assert.Equal(readings.DistinctBy(static r => (r.Point, r.Time)).Count(), state.Taken);
            Assert.Equal(bytes, second.ExportedAsync(format).GetAwaiter().GetResult());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(25));
    }

    [Fact]
    public async Task Export_Csv_IsSortedByNameAndTime()
    {
        using var world = new TransferWorld(Model.Of(Points));
        world.Write(Store.At(Points[3], 0, 1.5), Store.At(Points[0], 1, 2), Store.At(Points[0], 0, 0.1, Quality.Bad(QualityReason.OutOfRange)));
        Assert.Equal(
            "point,time,value,quality,reason\r\n"
            + "trip-2/M-0/energy,2026-06-01T08:00:00Z,1.5,good,\r\n"
            + "trip/SP-1/level,2026-06-01T08:00:00Z,0.1,bad,outOfRange\r\n"
            + "trip/SP-1/level,2026-06-01T08:00:01Z,2,good,\r\n",
            Encoding.UTF8.GetString(await world.ExportedAsync(TransferFormat.Csv)));
    }

    [Fact]
    public async Task Export_Lines_HasALineOfEachReading()
    {
        using var world = new TransferWorld(Model.Of(Points));
        world.Write(Store.At(Points[0], 0, 1), Store.At(Points[1], 0, 2));
        Assert.Equal(
            "sump,building=B1,equipment=SP-1,site=trip level=1 1780300800000000000\n"
            + "sump,building=B1,equipment=SP-1,site=trip time/=2 1780300800000000000\n",
            Encoding.UTF8.GetString(await world.ExportedAsync(TransferFormat.Lines)));
    }

    [Theory]
    [InlineData("*", 2)]
    [InlineData("trip/SP-1/*", 1)]
    [InlineData("*/energy,*/level", 2)]
    [InlineData("trip/SP-?/LEVEL", 0)]
    public async Task Export_Patterns_ChooseThePoints(string pattern, int lines)
    {
        using var world = new TransferWorld(Plantroom.Facility.Empty);
        world.Write(Store.At(Points[0], 0, 1), Store.At(Points[3], 0, 2));
        Assert.Equal(lines, (await world.ExportedAsync(TransferFormat.Lines, pattern)).Count(static b => b == '\n'));
    }

    [Fact]
    public async Task Import_SameFileTwice_LeavesItOnceAndReplacesWhatWasThere()
    {
        using var world = new TransferWorld(Model.Of(Points));
        world.Write(Store.At(Points[0], 0, 99), Store.At(Points[0], 5, 5));
        var csv = Encoding.UTF8.GetBytes("point,time,value\ntrip/SP-1/level,2026-06-01T08:00:00Z,1\n");
        world.Imported(TransferFormat.Csv, csv);
        world.Imported(TransferFormat.Csv, csv);
        var range = new TimeRange(Store.Start, Store.Start.AddDays(1));
        Assert.Equal([Store.At(Points[0], 0, 1), Store.At(Points[0], 5, 5)], await world.History.RawAsync(Points[0], range, Cancel));
    }
}
