namespace Plantroom.Yaml.Tests;

public sealed class YamlMapTests
{
    private enum Colour
    {
        Red,
        Blue,
    }

    [Fact]
    public void Reads_RightValues_AnswerThemAndReportNothing()
    {
        var file = YamlFile.Parse("f", """
            text: hello
            number: -1.5e2
            whole: -7
            yes: true
            duration: 15min
            date: 2026-05-01
            colour: blue
            map: { a: 1 }
            maps: [{ a: 1 }, { a: 2 }]
            texts: [x, y]
            """);
        var map = file.Root;

        Assert.Equal("hello", map.RequiredText("text"));
        Assert.Equal(-150, map.Number("number"));
        Assert.Equal(-7, map.WholeNumber("whole"));
        Assert.True(map.Boolean("yes"));
        Assert.Equal(TimeSpan.FromMinutes(15), map.Duration("duration"));
        Assert.Equal(new DateOnly(2026, 5, 1), map.Date("date"));
        Assert.Equal(Colour.Blue, map.Choice("colour", new Dictionary<string, Colour> { ["red"] = Colour.Red, ["blue"] = Colour.Blue }));
        Assert.Equal(1, map.Map("map")!.WholeNumber("a"));
        Assert.Equal([1, 2], map.Maps("maps").Select(static m => m.WholeNumber("a")!.Value));
        Assert.Equal(["x", "y"], map.Texts("texts"));
        map.Close();
        Assert.Empty(file.Problems);
    }

    [Fact]
    public void Reads_MissingKeys_AnswerNothingAndReportNothing()
    {
        var file = YamlFile.Parse("f", "a: 1");
        var map = file.Root;

        Assert.Null(map.Text("b"));
        Assert.Null(map.Number("b"));
        Assert.Null(map.WholeNumber("b"));
        Assert.Null(map.Boolean("b"));
        Assert.Null(map.Duration("b"));
        Assert.Null(map.Date("b"));
        Assert.Null(map.Map("b"));
        Assert.Empty(map.Maps("b"));
        Assert.Empty(map.Texts("b"));
        Assert.False(map.Has("b"));
        Assert.Empty(file.Problems);
    }

    public static TheoryData<string, Action<YamlMap>, string> Wrong => new()
    {
        { "a: [1]", static m => m.Text("a"), "1: a: must be a single value" },
        { "a: x", static m => m.Number("a"), "1: a: must be a number, not 'x'" },
        { "a: .inf", static m => m.Number("a"), "1: a: must be a number, not '.inf'" },
        { "a: 1e999", static m => m.Number("a"), "1: a: must be a number, not '1e999'" },
        { "a: 1.5", static m => m.WholeNumber("a"), "1: a: must be a whole number, not '1.5'" },
        { "a: yes", static m => m.Boolean("a"), "1: a: must be true or false, not 'yes'" },
        { "a: 5", static m => m.Duration("a"), "1: a: must be a duration such as 500ms, 60s, 15min, 8h or 30d, not '5'" },
        { "a: 2026-13-01", static m => m.Date("a"), "1: a: must be a date such as 2026-05-01, not '2026-13-01'" },
        {
            "a: green", static m => m.Choice("a", new Dictionary<string, Colour> { ["red"] = Colour.Red, ["blue"] = Colour.Blue }),
            "1: a: must be one of red, blue, not 'green'"
        },
        { "a: 1", static m => m.Map("a"), "1: a: must be a mapping (key: value)" },
        { "a:", static m => m.Map("a"), "1: a: must be a mapping (key: value)" },
        { "a: 1", static m => m.Texts("a"), "1: a: must be a list" },
        { "a:\n- x", static m => Assert.Empty(m.Maps("a")), "2: a: every item must be a mapping (key: value)" },
        { "a:\n- x\n- [y]", static m => Assert.Equal(["x"], m.Texts("a")), "3: a: every item must be a single value" },
        { "b: 1", static m => m.RequiredText("a"), "1: a is missing" },
        { "a:", static m => m.RequiredText("a"), "1: a: must not be empty" },
        { "a: '  '", static m => m.RequiredText("a"), "1: a: must not be empty" },
        { "a:\n  b: 1", static m => m.RequiredText("a"), "2: a: must be a single value" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Read_WrongValue_IsReportedOnceWithItsLine(string text, Action<YamlMap> read, string expected)
    {
        var file = YamlFile.Parse("f", text);

        read(file.Root);

        Assert.Equal(expected, Assert.Single(file.Problems) is var p ? $"{p.Line}: {p.Message}" : "");
    }

    [Fact]
    public void Read_ValueThatWasReportedAlready_ReportsNothingFurther()
    {
        var file = YamlFile.Parse("f", "a: *gone\nlist: [*gone, { b: 1 }, x]");
        var before = file.Problems.Count;

        Assert.Equal("", file.Root.RequiredText("a"));
        Assert.Null(file.Root.Map("a"));
        Assert.Empty(file.Root.Texts("a"));
        Assert.Single(file.Root.Maps("list"));

        Assert.Equal(before + 1, file.Problems.Count); // the x in the list of mappings
    }

    [Fact]
    public void Close_KeysThatNobodyRead_AreReportedWithWhatIsKnown()
    {
        var file = YamlFile.Parse("f", "name: a\nnmae: b\nunit: m\nuint: s");
        file.Root.Text("name");
        file.Root.Text("unit");

        file.Root.Close();

        Assert.Equal(["2: nmae is not known here; known are name, unit", "4: uint is not known here; known are name, unit"],
            file.Problems.Select(static p => $"{p.Line}: {p.Message}"));
    }

    [Fact]
    public void LineOfKey_BlockBelowTheKey_IsTheKeysLine()
    {
        var root = YamlFile.Parse("f", "a: 1\nb:\n  c: 2\n").Root;

        Assert.Equal(2, root.LineOfKey("b"));
        Assert.Equal(3, root.LineOf("b"));
        Assert.Equal(1, root.LineOfKey("none"));
        Assert.Equal(["a", "b"], root.Keys);
    }
}
