using FsCheck;
using FsCheck.Fluent;
using Plantroom.Ingest.Delivery;

namespace Plantroom.Ingest.Tests.Delivery;

public sealed class PartsTests
{
    private const int Size = 40;

    [Fact]
    public void Parts_AfterAnyAddsAndRemoves_HoldWhatASetWould() => Prop.ForAll<(byte From, byte Length, bool Add)[]>(static steps =>
    {
        var (parts, set) = (new Parts(), new bool[Size * 2]);
        foreach (var (from, length, add) in steps)
        {
            var (a, b) = (from % Size, (from % Size) + (length % Size));
            if (add) parts.Add(a, b);
            else parts.Remove(a, b);
            Array.Fill(set, add, a, b - a);
        }

        return parts.All.SequenceEqual(Runs(set)) && Enumerable.Range(0, set.Length).All(at => parts.FirstAt(at) == FirstAt(set, at));
    }).QuickCheckThrowOnFailure();

    private static IEnumerable<Part> Runs(bool[] set)
    {
        for (var i = 0; i < set.Length; i++)
        {
            if (!set[i]) continue;
            var from = i;
            while (i < set.Length && set[i]) i++;
            yield return new(from, i);
        }
    }

    private static Part? FirstAt(bool[] set, int at) =>
        Runs(set).Where(r => r.To > at).Select(r => (Part?)(r with { From = Math.Max(r.From, at) })).FirstOrDefault();
}
