using System.Text;
using Plantroom.Ingest.Transfer;

namespace Plantroom.Ingest.Tests.Transfer;

public sealed class LineSourceTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a", "a")]
    [InlineData("a\n", "a")]
    [InlineData("a\r\n\nb\n", "a||b")]
    [InlineData("\n\n", "|")]
    public void Lines_OfSmallTexts_AreWithoutTheirEnds(string text, string lines) =>
        Assert.Equal(lines, string.Join('|', Read(Encoding.UTF8.GetBytes(text)).Lines));

    [Fact]
    public void Lines_AcrossTheBuffer_AreWhole()
    {
        var random = new Random(1);
        var lines = Enumerable.Range(0, 5000).Select(i => new string((char)('a' + (i % 26)), random.Next(0, 2000))).ToList();
        var text = Encoding.UTF8.GetBytes(string.Join('\n', lines));
        var (read, position) = Read(text);
        Assert.Equal(lines, read);
        Assert.Equal(text.Length, position);
    }

    [Theory]
    [InlineData(LineSource.MaxLine, "a|line|b")]
    [InlineData(LineSource.MaxLine + 1, "a|(too long)|b")]
    [InlineData(1_048_576, "a|(too long)|b")]
    [InlineData(5_000_000, "a|(too long)|b")]
    public void Lines_TooLong_AreToldAndPassedOver(int length, string expected)
    {
        var text = Encoding.UTF8.GetBytes($"a\n{new string('x', length)}\nb");
        var (read, position) = Read(text);
        Assert.Equal(expected, string.Join('|', read.Select(static l => l.Length > 100 ? "line" : l)));
        Assert.Equal(text.Length, position);
    }

    private static (List<string> Lines, long Position) Read(byte[] text)
    {
        var source = new LineSource(new MemoryStream(text));
        var lines = new List<string>();
        while (source.TryRead(out var line, out var isTooLong)) lines.Add(isTooLong ? "(too long)" : Encoding.UTF8.GetString(line));
        return (lines, source.Position);
    }
}
