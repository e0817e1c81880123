using FsCheck;
using FsCheck.Fluent;
using Plantroom.Ingest.Retention;
using Plantroom.Ingest.Sqlite;
using Plantroom.TestKit.Fakes;

namespace Plantroom.Ingest.Tests.Sqlite.Queries;

/// <summary>However a store is packed, it answers as if it held plain readings.</summary>
public sealed class ClosedStoreTests
{
    private static readonly string[] Zones = ["UTC", "Europe/Berlin", "Asia/Shanghai", "Asia/Kolkata", "America/St_Johns", "Australia/Lord_Howe"];

    [Theory]
    [InlineData(true, 60)]
    [InlineData(false, 40)]
    public void EveryQuestion_PackedAnyhow_IsAnsweredAsFromAllReadings(bool byHand, int courses) =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed => Check(seed, byHand)).Check(Config.QuickThrowOnFailure.WithMaxTest(courses));

    private static void Check(int seed, bool byHand)
    {
        using var course = new Course(new Random(seed), byHand);
        for (var i = 0; i < 12; i++)
        {
            course.Raw();
            course.Windows();
            course.Samples();
            course.Increase();
            course.Last();
            if (i % 3 == 2) course.Change();
        }
    }

    /// <summary>One store with one point, and what a store that simply keeps everything would answer.</summary>
    private sealed class Course : IDisposable
    {
        private readonly Random random;
        private readonly Store store = new();
        private readonly FakeHistory model = new();
        private readonly ClosedByHand packed;
        private readonly Packer? packer;
        private readonly SqliteHistory history;
        private readonly PointId point = Store.Point("course");
        private readonly PointKind kind;
        private readonly double seconds;
        private readonly DateTime end;
        private DateTime rawFrom;

        public Course(Random random, bool byHand)
        {
            this.random = random;
            kind = (PointKind)random.Next(4);
            store.Writer.Open();
            packer = byHand ? null : new(store, Zone());
            packed = new(store, Zone(), random) { WithRise = kind is PointKind.Counter || random.Next(3) == 0 };
            history = new(store.Folder, new LastValues(), store.Options, random.Next(4) == 0 ? null : Site(point, kind));

            // Around a change of clocks.
            var start = new DateTime(2026, 3, random.Next(20, 29), random.Next(24), random.Next(60), 0, DateTimeKind.Utc);
            var length = TimeSpan.FromDays(random.Next(1, 20));
            seconds = Math.Max(length.TotalSeconds / 4000, Pick(1, 10, 60, 900));
            end = start + length;
            Write([.. Times(start, end, seconds).Select(Reading)]);
            Change();
            var gone = random.Next(3) > 0 ? DateTime.MinValue : start + (length * random.NextDouble() * 0.6);
            rawFrom = gone == DateTime.MinValue ? gone : packer is null ? packed.Forget(point, gone) : Remove(packer, gone);
        }

        public void Change()
        {
            if (random.Next(2) == 0) Close(end - (random.NextDouble() * TimeSpan.FromHours(50)));
            var from = Later(Moment(), rawFrom);
            var late = Times(from, from.AddHours(random.Next(1, 9)), seconds * 1.7).Take(random.Next(1, 20)).Select(Reading).ToList();
            if (random.Next(3) > 0) Write([.. late]);

            // Some of what there is, again: with another value or quality.
            var again = Get(model.RawAsync(point, new(from, from.AddHours(2)), default)).Take(3).Select(r => Reading(r.Time));
            if (random.Next(3) > 0) Write([.. again]);
            if (random.Next(2) == 0) Close(Moment());
            if (packer is not null && rawFrom > DateTime.MinValue && random.Next(2) == 0) WriteToWhatIsGone(packer);
        }

        public void Raw()
        {
            var range = Range();
            Assert.Equal(Get(model.RawAsync(point, range, default)), Get(history.RawAsync(point, range, default)));
        }

        public void Windows()
        {
            var lengths = "1min 5min 15min 20min 30min 1h 2h 7h 12h 1d 1w 1mo".Split(' ');
            Assert.True(WindowLength.TryParse(lengths[random.Next(lengths.Length)], out var every));
            var request = new WindowRequest([point], Range(), every)
            {
                Zone = Zone(), Extras = (WindowExtras)random.Next(8), State = random.Next(3), Limit = Pick(int.MaxValue, int.MaxValue, 1, 7),
            };
            var (expected, found) = (Get(model.WindowsAsync(request))[0].Items, Get(history.WindowsAsync(request))[0].Items);
            Assert.Equal(expected, found);
        }

        public void Samples()
        {
            var request = new SampleRequest([point], Range(), random.Next(2, random.Next(3, 400)));
            var (expected, found) = (Get(model.SampleAsync(request))[0].Items, Get(history.SampleAsync(request))[0].Items);
            var readings = Get(model.RawAsync(point, request.Range, default));
            if (readings.Count(r => r.Quality.Level != QualityLevel.Bad) <= request.Count) Assert.Equal(expected, found);
            Assert.InRange(found.Count, 0, request.Count);
            Assert.Equal(found.OrderBy(s => s.Time), found);
            if (request.Count >= 4)
            {
                Assert.Equal(expected.Take(1), found.Take(1));
                Assert.Equal(expected.TakeLast(1), found.TakeLast(1));
            }

            Assert.Equal(Extremes(expected, request), Extremes(found, request));
        }

        public void Increase()
        {
            var range = Range();
            Assert.Equal(Get(model.CounterIncreaseAsync(point, range, default)), Get(history.CounterIncreaseAsync(point, range, default)));
        }

        public void Last() => Assert.Equal(Get(model.LastAsync([point], default)), Get(history.LastAsync([point], default)));

        public void Dispose()
        {
            history.Dispose();
            store.Dispose();
        }

        private static List<(long Part, double Min, double Max)> Extremes(IReadOnlyList<Sample> samples, SampleRequest request)
        {
            var sampler = new Sampler(request.Range, request.Count);
            return [.. samples.GroupBy(s => Math.Min((s.Time - request.Range.From).Ticks / sampler.Part.Ticks, sampler.Parts - 1))
                .Select(g => (g.Key, g.Min(s => s.Value), g.Max(s => s.Value)))];
        }

        private static T Get<T>(ValueTask<T> answer) => answer.AsTask().GetAwaiter().GetResult();

        private static DateTime Later(DateTime a, DateTime b) => a > b ? a : b;

        private static IEnumerable<DateTime> Times(DateTime from, DateTime to, double seconds)
        {
            // In whole milliseconds, as readings are.
            var (step, first) = ((long)(seconds * 1000), from.Ticks - (from.Ticks % TimeSpan.TicksPerMillisecond) + TimeSpan.TicksPerMillisecond);
            for (var at = new DateTime(first, DateTimeKind.Utc); at < to; at = at.AddTicks(step * TimeSpan.TicksPerMillisecond)) yield return at;
        }

        private static FakeFacilitySource Site(PointId point, PointKind kind) => new(new(
            [],
            [
                new()
                {
                    Id = point.Equipment, Name = new("x", "x"), Class = "x", System = BuildingSystem.Power, Building = "b",
                    Points = [new() { Id = point, Name = new("x", "x"), Kind = kind }],
                },
            ]));

        /// <summary>Removes what is older than a time as it is done by age. Says since when there are readings.</summary>
        private DateTime Remove(Packer all, DateTime before)
        {
            all.Run(end.AddHours(8));
            var round = new RemovalRound(end, _ => new(end - before, TimeSpan.FromDays(99), TimeSpan.FromDays(99), null));
            while (!round.IsDone) store.Writer.Upkeep(s => s.Removal.Run(round, 5000));
            using var connection = store.Connect();
            var from = HistoryFile.Scalar(connection, "SELECT raw_from_ms FROM point");
            return from == long.MinValue ? DateTime.MinValue : StoredTime.FromMilliseconds(from);
        }

        /// <summary>A reading of a time that others are gone of; what is asked of later times does not change.</summary>
        private void WriteToWhatIsGone(Packer all)
        {
            packed.Write(Reading(rawFrom.AddDays(-2 - (2 * random.NextDouble()))) with { Quality = Quality.Bad(QualityReason.OutOfRange) });
            if (random.Next(2) == 0) all.Run(end.AddHours(8));
        }

        /// <summary>The packer leaves the last two hours alone, and what is little for six more.</summary>
        private void Close(DateTime before)
        {
            if (packer is null) packed.Close(point, before);
            else packer.Run(before.AddHours(8));
        }

        private void Write(Reading[] readings)
        {
            packed.Write(readings);
            model.Add(readings);
        }

        private Reading Reading(DateTime time)
        {
            // Whole numbers, so that sums do not depend on their order; some stretches stay the same.
            var value = kind switch
            {
                PointKind.Switch => random.Next(2) * random.Next(2),
                PointKind.Counter => (time - end.AddDays(-100)).TotalMinutes % 5000 < 1 ? 0 : Math.Floor((time - end.AddDays(-100)).TotalMinutes % 5000),
                PointKind.Enumeration => time.Hour / 5 % 3,
                _ => random.Next(-50, 50),
            };
            return new(point, time, value, random.Next(20) == 0 ? Quality.Bad(QualityReason.OutOfRange) : default);
        }

        private DateTime Moment() => Later(rawFrom, end.AddDays(-20 * random.NextDouble() * random.NextDouble()).AddHours(2 * random.NextDouble()));

        private TimeRange Range()
        {
            var (a, b) = (Align(Moment()), Align(Moment()));
            return new(Later(rawFrom, a < b ? a : b), Later(rawFrom, a < b ? b : a));
        }

        /// <summary>Some questions are asked from full hours, some from anywhere.</summary>
        private DateTime Align(DateTime moment) => random.Next(2) == 0 ? moment : new(moment.Ticks - (moment.Ticks % TimeSpan.TicksPerHour), DateTimeKind.Utc);

        private T Pick<T>(params T[] choices) => choices[random.Next(choices.Length)];

        private TimeZoneInfo Zone() => TimeZoneInfo.FindSystemTimeZoneById(Pick(Zones));
    }
}
