using FsCheck;
using FsCheck.Fluent;
using Plantroom.Ingest.Delivery;

namespace Plantroom.Ingest.Tests.Delivery;

public sealed class SpoolCursorTests
{
    [Fact]
    public void Cursor_Written_IsReadBack() => Prop.ForAll<NonNegativeInt, (PositiveInt File, NonNegativeInt From, PositiveInt Length)[]>(
        static (newest, parts) =>
        {
            var open = parts.ToLookup(static p => (long)p.File.Get, static p => new Part(p.From.Get, p.Length.Get % 2 == 0 ? long.MaxValue : p.From.Get + p.Length.Get));
            var read = SpoolCursor.Parse(new SpoolCursor(newest.Get, open).ToText());
            return read is not null && read.Newest == newest.Get && open.All(file => read.Open[file.Key].SequenceEqual(file)) && read.Open.Count == open.Count;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Cursor_CutOrChangedAnywhere_IsNotRead()
    {
        var text = new SpoolCursor(12, new[] { (7L, new Part(8, 100)) }.ToLookup(static p => p.Item1, static p => p.Item2)).ToText();
        Assert.NotNull(SpoolCursor.Parse(text));
        for (var i = 0; i < text.Length; i++)
        {
            Assert.Null(SpoolCursor.Parse(text[..i]));
            Assert.Null(SpoolCursor.Parse(text[..i] + (char)(text[i] ^ 1) + text[(i + 1)..]));
        }
    }
}
