using FsCheck;
using FsCheck.Fluent;
using Plantroom.Ingest.Retention;
using Plantroom.Ingest.Sqlite;

namespace Plantroom.Ingest.Tests.Sqlite;

/// <summary>
/// Whatever is written and whenever it is packed or removed: what can be read is what was written, and the sums are what it amounts to.
/// </summary>
public sealed class ClosingProperties
{
    private static readonly TimeZoneInfo[] Zones =
        [TimeZoneInfo.Utc, TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"), TimeZoneInfo.FindSystemTimeZoneById("Asia/Kathmandu")];

    [Fact]
    public void Packing_AnyOrderOfWritesRoundsAndRemovals_KeepsEverythingOnce() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), Holds).Check(Config.QuickThrowOnFailure.WithMaxTest(10));

    private static bool Holds(int seed)
    {
        using var life = new Life(new Random(seed));
        for (var step = 0; step < 25; step++) life.Step();
        life.AssertAll();
        return true;
    }

    private sealed class Life : IDisposable
    {
        private readonly Random random;
        private readonly Store store = new();
        private readonly TimeZoneInfo zone;
        private readonly Packer packer;
        private readonly PointId[] points = [Store.Point("life-a"), Store.Point("life-b")];
        private readonly Dictionary<PointId, SortedDictionary<long, (double Value, byte Quality)>> written = [];
        private DateTime now = new(2026, 3, 27, 0, 0, 0, DateTimeKind.Utc);
        private DateTime gone = DateTime.MinValue;

        public Life(Random random)
        {
            this.random = random;
            zone = Zones[random.Next(Zones.Length)];
            packer = new(store, zone);
            foreach (var point in points) written[point] = [];
        }

        public void Dispose() => store.Dispose();

        public void Step()
        {
            now = now.AddMinutes(random.Next(1, 1200));
            var choice = random.Next(12);
            if (choice < 4) Write(now, random.Next(1, 200), random.Next(1, 900));
            else if (choice == 4) Write(now, random.Next(3000, 7000), 1);
            else if (choice == 5) Write(Ago(72), random.Next(3000, 7000), 10);
            else if (choice < 8) Write(Ago(200), random.Next(1, 30), random.Next(1, 3000));
            else if (choice < 10) Interrupted();
            else if (choice == 10) packer.Run(now);
            else Remove();
        }

        public void AssertAll()
        {
            packer.Run(now);
            foreach (var point in points.Where(p => written[p].Count > 0))
            {
                var stored = StoredPoint.Of(store, point);
                stored.AssertWhole();
                var (all, first) = (written[point], FirstLeft(stored));
                Assert.Equal(all.Where(r => r.Key >= first), stored.All);
                stored.AssertRollups(all.Where(r => r.Key < stored.Closed), zone);
            }
        }

        /// <summary>Raw readings go in whole chunks; their sums stay.</summary>
        private long FirstLeft(StoredPoint stored) => gone == DateTime.MinValue ? long.MinValue : stored.All.First().Key;

        private DateTime Ago(int hours)
        {
            var ago = now.AddHours(-random.Next(1, hours));

            // What comes when its neighbours are gone is another story.
            return ago < gone ? now : ago;
        }

        private void Write(DateTime until, int count, int seconds)
        {
            var point = points[random.Next(points.Length)];
            var start = until.AddSeconds(-(double)count * seconds);
            if (gone != DateTime.MinValue && start < gone) return;
            var readings = Enumerable.Range(0, count).Select(i => new Reading(
                point,
                start.AddSeconds((double)i * seconds),
                random.Next(1000),
                random.Next(10) == 0 ? Quality.Bad(QualityReason.OutOfRange) : default)).ToArray();
            store.Write(readings);
            foreach (var r in readings) written[point][StoredTime.ToMilliseconds(r.Time)] = (r.Value, r.Quality.ToByte());
        }

        /// <summary>Some transactions of a round, then one that is undone, as when the process ends in the middle of it.</summary>
        private void Interrupted()
        {
            var round = packer.Round(now);
            for (var i = random.Next(3); i > 0 && !round.IsDone; i--) packer.Slice(round, random.Next(1, 5000));
            Assert.Throws<InvalidOperationException>(() => store.Writer.Upkeep<int>(s =>
            {
                s.Closing.Run(packer.Round(now), new(5000, 500, TimeSpan.FromMinutes(1)), new HashSet<long>(), TimeProvider.System);
                throw new InvalidOperationException("the power fails");
            }));
        }

        private void Remove()
        {
            packer.Run(now);
            gone = now.AddDays(-3);
            var kept = new KeptFor(TimeSpan.FromDays(3), TimeSpan.FromDays(1000), TimeSpan.FromDays(1000), null);
            var round = new RemovalRound(now, _ => kept);
            while (!round.IsDone) store.Writer.Upkeep(s => s.Removal.Run(round, 5000));
        }
    }
}
