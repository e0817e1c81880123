using Plantroom.Alerts.LifeCycle;
using Plantroom.Alerts.Rain;
using Plantroom.Alerts.Rules;

namespace Plantroom.Alerts.Tests.LifeCycle;

public sealed class BookTests
{
    private readonly List<AlarmChange> changes = [];
    private readonly BoundRule rule = Sample.Rule();

    private Alarm Last => changes[^1].Alarm;

    [Fact]
    public void Apply_ConditionMet_RaisesWithEverythingAPersonNeeds()
    {
        var book = Book.Empty.Apply(Sample.Met(rule, 60), changes);

        var alarm = Assert.Single(book.Held).Value.Alarm;
        Assert.Equal((1, "FL-01", "hq/SP-1", "hq/SP-1/level"), (alarm.Id, alarm.Rule, alarm.Equipment.ToString(), alarm.Point.ToString()));
        Assert.Equal((AlarmPriority.High, AlarmState.Unacknowledged, 1.2, 1.15, 1), (alarm.Priority, alarm.State, alarm.Value, alarm.Limit, alarm.Count));
        Assert.Equal(new AlarmChange(alarm, AlarmEvent.Raised, Sample.Start.AddSeconds(60)), Assert.Single(changes));
    }

    [Fact]
    public void Apply_MetTwice_IsOneAlarm()
    {
        var book = Book.Empty.Apply(Sample.Met(rule, 60), changes).Apply(Sample.Met(rule, 90, 1.3), changes);

        Assert.Single(changes);
        Assert.Equal(1.2, Assert.Single(book.Held).Value.Alarm.Value);
    }

    [Fact]
    public void Apply_MetAgainBeforeAcknowledged_IsTheSameOccurrenceCounted()
    {
        Book.Empty.Apply(Sample.Met(rule, 60), changes).Apply(Sample.Gone(rule, 120), changes).Apply(Sample.Met(rule, 180, 1.3), changes);

        Assert.Equal((AlarmEvent.RaisedAgain, 1L, 2), (changes[^1].Event, Last.Id, Last.Count));
        Assert.Equal((Sample.Start.AddSeconds(180), null, 1.3), (Last.RaisedAt, Last.ReturnedAt, Last.Value));
    }

    [Fact]
    public void Apply_MetAfterNormal_IsANewOccurrence()
    {
        var book = Book.Empty.Apply(Sample.Met(rule, 60), changes)
            .Acknowledge(1, "Li", null, Sample.Start, changes, out _)
            .Apply(Sample.Gone(rule, 120), changes)
            .Apply(Sample.Met(rule, 180), changes);

        Assert.Equal((2, AlarmState.Unacknowledged, 1), (Last.Id, Last.State, Last.Count));
        Assert.Single(book.Held);
    }

    [Fact]
    public void Acknowledge_Unacknowledged_RecordsWhoWhenAndNote()
    {
        var at = Sample.Start.AddSeconds(99);
        Book.Empty.Apply(Sample.Met(rule, 60), changes).Acknowledge(1, "Li", "on my way", at, changes, out var reason);

        Assert.Equal(TransitionReason.Acknowledged, reason);
        Assert.Equal((AlarmState.Acknowledged, "Li", "on my way", at), (Last.State, Last.AcknowledgedBy, Last.Note, Last.AcknowledgedAt));
        Assert.Equal(("Li", "on my way"), (changes[^1].By, changes[^1].Note));
    }

    [Fact]
    public void Acknowledge_Twice_ChangesNothing()
    {
        var book = Book.Empty.Apply(Sample.Met(rule, 60), changes).Acknowledge(1, "Li", null, Sample.Start, changes, out _);
        var again = book.Acknowledge(1, "Wang", null, Sample.Start, changes, out var reason);

        Assert.Equal(TransitionReason.AlreadyAcknowledged, reason);
        Assert.Same(book, again);
    }

    [Fact]
    public void Acknowledge_UnknownNumber_SaysNothing()
    {
        Assert.Same(Book.Empty, Book.Empty.Acknowledge(7, "Li", null, Sample.Start, changes, out var reason));
        Assert.Null(reason);
    }

    [Fact]
    public void Rebind_RuleGone_WithdrawsTheAlarm()
    {
        var book = Book.Empty.Apply(Sample.Met(rule, 60), changes)
            .Rebind(new Dictionary<RuleKey, AlarmPriority?>(), Sample.Start.AddSeconds(70), changes);

        Assert.Empty(book.Held);
        Assert.Equal((AlarmEvent.Withdrawn, AlarmState.Normal, Sample.Start.AddSeconds(70)), (changes[^1].Event, Last.State, Last.ReturnedAt));
    }

    [Theory]
    [InlineData(AlarmPriority.Critical, AlarmState.Unacknowledged)]
    [InlineData(AlarmPriority.Medium, AlarmState.Acknowledged)]
    public void Rebind_PriorityChanged_OnlyARiseMustBeAcknowledgedAgain(AlarmPriority priority, AlarmState expected)
    {
        Book.Empty.Apply(Sample.Met(rule, 60), changes)
            .Acknowledge(1, "Li", null, Sample.Start, changes, out _)
            .Rebind(new Dictionary<RuleKey, AlarmPriority?> { [rule.Key] = priority }, Sample.Start.AddSeconds(70), changes);

        Assert.Equal((AlarmEvent.Changed, expected, priority), (changes[^1].Event, Last.State, Last.Priority));
        Assert.Equal(expected is AlarmState.Acknowledged ? "Li" : null, Last.AcknowledgedBy);
    }

    [Fact]
    public void Warn_RisingAndFalling_IsOneAlarmThatChanges()
    {
        var book = Book.Empty.Warn(Warning("blue", AlarmPriority.Medium, true), changes)
            .Warn(Warning("blue", AlarmPriority.Medium, false), changes)
            .Acknowledge(1, "Li", null, Sample.Start, changes, out _)
            .Warn(Warning("yellow", AlarmPriority.Medium, true), changes);
        Assert.Equal((AlarmState.Unacknowledged, "yellow"), (Last.State, Last.Title.En));

        book = book.Acknowledge(1, "Li", null, Sample.Start, changes, out _).Warn(Warning("blue", AlarmPriority.Medium, false), changes);
        Assert.Equal((AlarmState.Acknowledged, "blue"), (Last.State, Last.Title.En));

        book = book.Warn(Warning(null, default, false), changes);
        Assert.Empty(book.Held);
        Assert.Equal(
            [AlarmEvent.Raised, AlarmEvent.Acknowledged, AlarmEvent.Changed, AlarmEvent.Acknowledged, AlarmEvent.Changed, AlarmEvent.Returned],
            changes.Select(static c => c.Event));
        Assert.All(changes, static c => Assert.Equal(1, c.Alarm.Id));
    }

    private static Warning Warning(string? colour, AlarmPriority priority, bool rose) => new(
        new("FL-18", new("hq", "RG-1")),
        PointId.Intern("hq/RG-1/rain"),
        colour is null ? null : new RainMessage(priority, LocalizedText.Same(colour), LocalizedText.Same("Act")),
        rose,
        50,
        50,
        Sample.Start);
}
