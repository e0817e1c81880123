using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Plantroom.Gateway.Tests;

public sealed class Utf8MapTests
{
    [Fact]
    public void Find_AnyNames_AnswersWhatADictionaryAnswers() =>
        Check.QuickThrowOnFailure(Prop.ForAll<NonNull<string>[], NonNull<string>>(static (names, other) =>
        {
            var known = names.Select(static n => Clean(n.Get)).Distinct().ToDictionary(static n => n, static n => n);
            var map = new Utf8Map<string>(known);
            return known.Keys.All(n => map.Find(Encoding.UTF8.GetBytes(n)) == n)
                && map.Find(Encoding.UTF8.GetBytes(Clean(other.Get))) == known.GetValueOrDefault(Clean(other.Get));
        }));

    [Fact]
    public void Find_ManyNames_FindsEachAndNothingElse()
    {
        var names = Enumerable.Range(0, 20_000).Select(static i => $"hq/P-{i}").ToDictionary(static n => n);
        var map = new Utf8Map<string>(names);

        Assert.All(names.Keys, n => Assert.Same(names[n], map.Find(Encoding.UTF8.GetBytes(n))));
        Assert.Null(map.Find("hq/P-20000"u8));
        Assert.Null(map.Find(""u8));
    }

    [Fact]
    public void Find_EmptyMap_FindsNothing() => Assert.Null(new Utf8Map<string>([]).Find("x"u8));

    /// <summary>Half surrogate pairs have no UTF-8 form; the site model refuses them.</summary>
    private static string Clean(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
