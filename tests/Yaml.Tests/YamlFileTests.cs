using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Plantroom.TestKit;

namespace Plantroom.Yaml.Tests;

public sealed class YamlFileTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static TheoryData<string, string, string[]> Unusable => new()
    {
        { "empty", "", ["1: is empty"] },
        { "comment only", "# nothing\n", ["1: is empty"] },
        { "list at the top", "- a\n- b\n", ["1: must be one document with a mapping (key: value) at the top"] },
        { "text at the top", "hello\n", ["1: must be one document with a mapping (key: value) at the top"] },
        { "two documents", "a: 1\n---\nb: 2\n", ["2: must be one document; a second one starts here"] },
        { "tab indentation", "a:\n  b: 1\n\tc: 2\n", ["3: is indented with a tab; use spaces"] },
        { "duplicate keys", "a: 1\nb: 2\na: 3\nb: 4\n", ["3: a is there twice; first in line 1", "4: b is there twice; first in line 2"] },
        { "duplicate key below", "top:\n  x: 1\n  x: 2\n", ["3: x is there twice; first in line 2"] },
        {
            "anchor and alias", "a: &here { b: 1 }\nc: *here\n",
            ["1: &here: anchors are not used here; write each value out", "2: *here: aliases are not used here; write the value out"]
        },
        { "undefined alias", "a: *nowhere\n", ["1: *nowhere: aliases are not used here; write the value out"] },
        { "tag", "a: !include other.yaml\n", ["1: !include: tags are not used here"] },
        { "mapping as key", "{ a: 1 }: 2\n", ["1: a key must be a single value; quote texts that start with { or ["] },
    };

    [Theory]
    [MemberData(nameof(Unusable))]
    public void Parse_TextWithProblems_ReportsEachWithItsLine(string name, string text, string[] expected)
    {
        var file = YamlFile.Parse("facility.yaml", text);

        Assert.Equal(expected, file.Problems.Select(static p => $"{p.Line}: {p.Message}"));
        Assert.NotNull(name);
    }

    [Fact]
    public void Parse_BrokenSyntax_ReportsTheLineInWords()
    {
        var problem = Assert.Single(YamlFile.Parse("f.yaml", "a: 1\nb: [1, 2\nc: 3\n").Problems);

        Assert.Equal("f.yaml", problem.File);
        Assert.InRange(problem.Line, 2, 4);
        Assert.StartsWith("is not valid YAML: ", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_NestedTooDeeply_IsReportedWithoutReadingOn()
    {
        var text = "a: 1\nb: " + new string('[', 1_000_000);

        var problem = Assert.Single(YamlFile.Parse("f.yaml", text).Problems);

        Assert.Equal(2, problem.Line);
        Assert.Equal("is not valid YAML: nested deeper than 32 levels", problem.Message);
    }

    [Fact]
    public void Parse_AliasOfItself_Ends()
    {
        Assert.NotEmpty(YamlFile.Parse("f.yaml", "a: &a [*a, *a]\n").Problems);
    }

    [Fact]
    public void Load_FileWithByteOrderMark_ReadsTheContent()
    {
        File.WriteAllText(folder.File("f.yaml"), "名: 水泵\n", new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));

        var file = YamlFile.Load(folder.File("f.yaml"));

        Assert.Empty(file.Problems);
        Assert.True(file.IsReadable);
        Assert.Equal("水泵", file.Root.RequiredText("名"));
    }

    [Fact]
    public void Load_NotUtf8_ReportsTheLineOfTheFirstWrongByte()
    {
        File.WriteAllBytes(folder.File("f.yaml"), [.. "a: 1\nb: "u8, 0xB0, 0xC3, (byte)'\n']);

        var file = YamlFile.Load(folder.File("f.yaml"));

        var problem = Assert.Single(file.Problems);
        Assert.Equal((2, "is not UTF-8; save the file with this encoding"), (problem.Line, problem.Message));
        Assert.False(file.IsReadable);
    }

    [Fact]
    public void Load_LargerThanTheLimit_IsReportedWithoutReadingIt()
    {
        using (var large = File.Create(folder.File("f.yaml"))) large.SetLength(YamlFile.MaxLength + 1);

        Assert.Equal("is larger than 4 MiB", Assert.Single(YamlFile.Load(folder.File("f.yaml")).Problems).Message);
    }

    [Fact]
    public void Load_AsLargeAsTheLimit_IsRead()
    {
        File.WriteAllText(folder.File("f.yaml"), "a: 1\n#" + new string('x', YamlFile.MaxLength - 6));

        var file = YamlFile.Load(folder.File("f.yaml"));

        Assert.Empty(file.Problems);
        Assert.Equal(1, file.Root.WholeNumber("a"));
    }

    [Fact]
    public void Load_NoSuchFile_IsReported()
    {
        Assert.Equal("does not exist", Assert.Single(YamlFile.Load(folder.File("none.yaml")).Problems).Message);
        Assert.Equal("does not exist", Assert.Single(YamlFile.Load(folder.File("none/none.yaml")).Problems).Message);
    }

    [Fact]
    public void Load_Folder_IsReported()
    {
        Assert.StartsWith("cannot be read: ", Assert.Single(YamlFile.Load(folder.Path).Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_AnyBytes_NeverThrows()
    {
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(300), Prop.ForAll<byte[]>(bytes =>
        {
            File.WriteAllBytes(folder.File("f.yaml"), bytes);
            var file = YamlFile.Load(folder.File("f.yaml"));
            return file.IsReadable || file.Problems.Count > 0;
        }));
    }

    [Fact]
    public void Parse_DamagedText_NeverThrows()
    {
        const string Sound = "%YAML 1.2\n---\nclasses:\n  a: { name: \"\\u4E00\\x41\", list: [1, 2] }\n  b: |2-\n    text\n'c': >+\n  x\n- ? y\n: z\n";
        const string Damage = "&*!|>%@`\"'{}[],#?:-\\\t\n\r\0\uFEFF\u0085xU9~=<";
        var damages = ArbMap.Default.ArbFor<(int Position, int With, bool Remove)[]>();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(damages, cuts =>
        {
            var text = new StringBuilder(Sound);
            foreach (var (position, with, remove) in cuts)
            {
                var at = (position & int.MaxValue) % text.Length;
                if (remove && text.Length > 1) text.Remove(at, 1);
                else text.Insert(at, Damage[(with & int.MaxValue) % Damage.Length]);
            }

            var file = YamlFile.Parse("f.yaml", text.ToString());
            return file.IsReadable || file.Problems.Count > 0;
        }));
    }
}
