namespace Plantroom.Alerts.Tests;

public sealed class AlarmTextTests
{
    private static readonly Alarm Alarm = new()
    {
        Id = 1,
        Rule = "R",
        Equipment = new("hq", "SP-1"),
        Priority = AlarmPriority.High,
        State = AlarmState.Unacknowledged,
        Title = new("高液位", "High level"),
        Action = new("看", "Look"),
        RaisedAt = Sample.Start,
    };

    [Fact]
    public void Describe_ValueAndLimit_SaysBothWithUnit()
    {
        var point = Repository.Building.Find(PointId.Intern("hq/SP-1/level"));
        var text = AlarmText.Describe(Alarm with { Value = 1.2, Limit = 1.15 }, point);

        Assert.Equal("High level: 1.20 m (limit 1.15 m)", text.En);
        Assert.Equal("高液位：1.20 m（限值 1.15 m）", text.ZhCn);
    }

    [Fact]
    public void Describe_State_SaysItsLabel()
    {
        var point = Repository.Building.Find(PointId.Intern("hq/P-101/mode"));
        Assert.Equal(new("高液位：手动", "High level: Manual"), AlarmText.Describe(Alarm with { Value = 2 }, point));
    }

    [Fact]
    public void Describe_NoValue_IsTheTitle() => Assert.Equal(Alarm.Title, AlarmText.Describe(Alarm, null));

    [Fact]
    public void Describe_UnknownPoint_SaysTheNumber() =>
        Assert.Equal("High level: 1.234", AlarmText.Describe(Alarm with { Value = 1.2341 }, null).En);
}
