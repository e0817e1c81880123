using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Plantroom.Ingest.Influx;

namespace Plantroom.Ingest.Tests.Influx;

public sealed class LineSieveTests
{
    /// <summary>How a server speaks of bad lines.</summary>
    public enum Manner
    {
        NamesThem,
        NamesTheFirst,
        CountsThem,
        SaysOnlyThat,
        SaysNothing,
    }

    [Theory]
    [InlineData(Manner.NamesThem)]
    [InlineData(Manner.NamesTheFirst)]
    [InlineData(Manner.CountsThem)]
    [InlineData(Manner.SaysOnlyThat)]
    [InlineData(Manner.SaysNothing)]
    public void Sift_AnyBadLines_FindsExactlyThem(Manner manner)
    {
        Prop.ForAll(Gen.Choose(0, 9).Select(n => n < 2).ArrayOf().ToArbitrary(), bad =>
        {
            if (!bad.Contains(true) || !bad.Contains(false)) return;
            var lines = bad.Select((b, i) => $"{(b ? "bad" : "good")} v={i} {i}").ToArray();
            var stored = new HashSet<string>(StringComparer.Ordinal);
            Verdict Server(ReadOnlyMemory<byte> text)
            {
                var all = Encoding.UTF8.GetString(text.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries);
                stored.UnionWith(all.Where(l => l.StartsWith("good", StringComparison.Ordinal)));
                return Says(manner, [.. all.Where(l => l.StartsWith("bad", StringComparison.Ordinal))]);
            }

            var batch = Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n");
            var sieve = new LineSieve(text => Task.FromResult(Server(text)));
            var receipt = sieve.SiftAsync(batch, Server(batch)).GetAwaiter().GetResult();

            Assert.Null(receipt.Away);
            Assert.Equal(lines.Where(l => l.StartsWith("bad", StringComparison.Ordinal)), receipt.RefusedTexts().OrderBy(l => Array.IndexOf(lines, l)));
            Assert.Equal(lines.Count(l => l.StartsWith("good", StringComparison.Ordinal)), stored.Count);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public async Task Sift_ServerThatSaysNothingOfManyBadLines_StopsAndKeepsAllOfThemAside()
    {
        var asked = 0;
        var batch = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 5000).Select(i => $"{(i % 2 == 0 ? "bad" : "good")} v={i} {i}\n")));
        Task<Verdict> Send(ReadOnlyMemory<byte> text)
        {
            asked++;
            return Task.FromResult(new Verdict(text.Span.IndexOf("bad"u8) >= 0 ? VerdictKind.Refused : VerdictKind.Taken, "400 partial write"));
        }

        var receipt = await new LineSieve(Send).SiftAsync(batch, new(VerdictKind.Refused, "400 partial write"));
        Assert.Null(receipt.Away);
        Assert.InRange(asked, LineSieve.MaxRequests / 2, 2 * LineSieve.MaxRequests);
        Assert.Equal(2500, receipt.RefusedTexts().Count(l => l.StartsWith("bad", StringComparison.Ordinal)));
        Assert.Contains(receipt.Refused, r => r.Reason.StartsWith("One of", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sift_ServerGoesAwayMeanwhile_NothingIsSaid()
    {
        var receipt = await new LineSieve(_ => Task.FromResult(new Verdict(VerdictKind.NotNow, "away"))).SiftAsync(
            "a v=1 1\nb v=2 2\n"u8.ToArray(), new(VerdictKind.Refused, "400 partial write"));
        Assert.Equal("away", receipt.Away);
        Assert.Empty(receipt.Refused);
    }

    private static Verdict Says(Manner manner, string[] bad) => (bad.Length, manner) switch
    {
        (0, _) => new(VerdictKind.Taken),
        (_, Manner.NamesThem) => new(
            VerdictKind.Refused, $"400 partial write: {string.Join('\n', bad.Select(l => $"unable to parse '{l}': no"))} dropped=0"),
        (_, Manner.NamesTheFirst) => new(VerdictKind.Refused, $"400 unable to parse '{bad[0]}': no"),
        (_, Manner.CountsThem) => new(VerdictKind.Refused, $"400 partial write: something dropped={bad.Length}"),
        (_, Manner.SaysOnlyThat) => new(VerdictKind.Refused, "422 partial write"),
        _ => new(VerdictKind.Unclear, "400 Bad Request"),
    };
}
