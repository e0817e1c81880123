using FsCheck;
using FsCheck.Fluent;
using Plantroom.Alerts.LifeCycle;
using Plantroom.Alerts.Rules;

namespace Plantroom.Alerts.Tests.LifeCycle;

/// <summary>What holds for the alarms whatever happens in whatever order.</summary>
public sealed class BookProperties
{
    private static readonly BoundRule[] Rules = [Sample.Rule("R1"), Sample.Rule("R2"), Sample.Rule("R1", "SP-2")];

    private static readonly Arbitrary<(int What, int Rule)[]> Sequences = Gen.ArrayOf(
        from what in Gen.Choose(0, 5)
        from rule in Gen.Choose(0, Rules.Length - 1)
        select (what, rule)).ToArbitrary();

    [Fact]
    public void Book_AnySequence_ChangesFollowTheTable() => Holds(static run => run.Changes.All(static c => Enum.IsDefined(c.Event)) && run.Steps.All(FollowsTable));

    [Fact]
    public void Book_AnySequence_NoAlarmIsLost() => Holds(static run => run.Steps.All(static s =>
        s.Before.Held.Keys.Except(s.After.Held.Keys).All(key =>
            s.Changes.Any(c => RuleKey.Of(c.Alarm) == key && c.Alarm.State is AlarmState.Normal))));

    [Fact]
    public void Book_AnySequence_NeverAcknowledgedWithoutAPerson() => Holds(static run => run.Steps.All(static s =>
        s.After.Held.Values.Where(static h => h.Alarm.State is AlarmState.Acknowledged).All(h =>
            h.Alarm.AcknowledgedBy is not null
            && (s.Before.Held.GetValueOrDefault(RuleKey.Of(h.Alarm))?.Alarm.State is AlarmState.Acknowledged
                || s.Changes.Any(c => c.Alarm.Id == h.Alarm.Id && c is { Event: AlarmEvent.Acknowledged, By: not null })))));

    [Fact]
    public void Book_AnySequence_CountRisesOnlyWhenRaisedAgain() => Holds(static run => run.Changes
        .GroupBy(static c => c.Alarm.Id)
        .All(static g => g.Last().Alarm.Count == 1 + g.Count(static c => c.Event is AlarmEvent.RaisedAgain)));

    [Fact]
    public void Book_AnySequence_EveryOccurrenceIsRaisedOnceAndEndsAtMostOnce() => Holds(static run => run.Changes
        .GroupBy(static c => c.Alarm.Id)
        .All(static g => g.First().Event is AlarmEvent.Raised
            && g.Count(static c => c.Event is AlarmEvent.Raised) == 1
            && g.SkipLast(1).All(static c => c.Alarm.State is not AlarmState.Normal)));

    [Fact]
    public void Book_AnySequence_NumbersRise() => Holds(static run =>
    {
        var numbers = run.Changes.Where(static c => c.Event is AlarmEvent.Raised).Select(static c => c.Alarm.Id).ToList();
        return numbers.SequenceEqual(numbers.Distinct().Order());
    });

    private static bool FollowsTable(Step step)
    {
        var states = step.Before.Held.Values.ToDictionary(static h => h.Alarm.Id, static h => h.Alarm.State);
        foreach (var change in step.Changes)
        {
            var from = states.GetValueOrDefault(change.Alarm.Id, AlarmState.Normal);
            var possible = Enum.GetValues<AlarmTrigger>().Select(t => AlarmTransitions.Of(from, t));
            if (!possible.Any(t => t.Event == change.Event && t.To == change.Alarm.State)) return false;
            states[change.Alarm.Id] = change.Alarm.State;
        }

        return true;
    }

    private static void Holds(Func<Run, bool> invariant) =>
        Prop.ForAll(Sequences, sequence => invariant(Run.Of(sequence))).QuickCheckThrowOnFailure();

    private sealed record Step(Book Before, Book After, IReadOnlyList<AlarmChange> Changes);

    private sealed record Run(IReadOnlyList<Step> Steps)
    {
        public IEnumerable<AlarmChange> Changes => Steps.SelectMany(static s => s.Changes);

        public static Run Of((int What, int Rule)[] sequence)
        {
            var book = Book.Empty;
            var steps = new List<Step>();
            for (var i = 0; i < sequence.Length; i++)
            {
                var changes = new List<AlarmChange>();
                var after = Apply(book, sequence[i], i, changes);
                steps.Add(new(book, after, changes));
                book = after;
            }

            return new(steps);
        }

        private static Book Apply(Book book, (int What, int Rule) step, int second, List<AlarmChange> changes)
        {
            var rule = Rules[step.Rule];
            var at = Sample.Start.AddSeconds(second);
            var id = book.Held.GetValueOrDefault(rule.Key)?.Alarm.Id ?? 0;
            var bound = Rules.ToDictionary(static r => r.Key, static r => (AlarmPriority?)r.Priority);
            switch (step.What)
            {
                case 0: return book.Apply(Sample.Met(rule, second), changes);
                case 1: return book.Apply(Sample.Gone(rule, second), changes);
                case 2: return book.Acknowledge(id, "Li", null, at, changes, out _);
                case 3: bound.Remove(rule.Key); return book.Rebind(bound, at, changes);
                case 4: bound[rule.Key] = AlarmPriority.Critical; return book.Rebind(bound, at, changes);
                default: bound[rule.Key] = AlarmPriority.Medium; return book.Rebind(bound, at, changes);
            }
        }
    }
}
