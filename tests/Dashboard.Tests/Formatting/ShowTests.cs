using Plantroom.Dashboard.Formatting;
using Plantroom.Dashboard.Language;

namespace Plantroom.Dashboard.Tests.Formatting;

public sealed class ShowTests
{
    private static readonly TimeZoneInfo Shanghai = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");
    private static readonly DateTime Now = new(2026, 6, 1, 8, 0, 0, DateTimeKind.Utc);

    [Theory]
    [InlineData("m", "m")]
    [InlineData("kW.h", "kWh")]
    [InlineData("m3.h-1", "m³/h")]
    [InlineData("mm.h-1", "mm/h")]
    [InlineData("{#}", "×")]
    [InlineData("{floor}", "")]
    [InlineData("1", "")]
    [InlineData("", "")]
    [InlineData("%", "%")]
    [InlineData("Cel", "°C")]
    [InlineData("m.s-1", "m/s")]
    public void Unit_OfUcum_IsWhatPeopleWrite(string ucum, string shown) => Assert.Equal(shown, Units.Show(ucum, UiLanguage.English));

    [Theory]
    [InlineData(-3, "0 s")]
    [InlineData(0.9, "0 s")]
    [InlineData(99, "99 s")]
    [InlineData(100, "1 min")]
    [InlineData(5999, "99 min")]
    [InlineData(6000, "1 h")]
    [InlineData(200_000, "2 d")]
    public void Age_OfSeconds_IsInItsUnit(double seconds, string shown) =>
        Assert.Equal(shown, Show.Age(TimeSpan.FromSeconds(seconds), UiLanguage.English));

    [Fact]
    public void Moment_AtTheSite_HasTheDateOnlyWhenItIsAnotherDay()
    {
        Assert.Equal("15:59:59", Show.Moment(Now.AddSeconds(-1), Now, Shanghai));
        Assert.Equal("2026-05-31 23:59", Show.Moment(new(2026, 5, 31, 15, 59, 0, DateTimeKind.Utc), Now, Shanghai));
    }

    [Fact]
    public void Value_OfAState_IsItsLabelOrTheNumber()
    {
        var point = new PointDefinition
        {
            Id = PointId.Intern("hq/P-101/running"), Name = LocalizedText.Same("Running"), Kind = PointKind.Switch,
            Labels = new Dictionary<int, LocalizedText> { [1] = new("运行", "Running") },
        };

        Assert.Equal("运行", Show.ValueWithUnit(point, 1, UiLanguage.Chinese));
        Assert.Equal("0", Show.ValueWithUnit(point, 0, UiLanguage.English));
    }

    [Fact]
    public void Value_OfAMeasurement_HasItsDecimalsAndUnit()
    {
        var point = new PointDefinition
        {
            Id = PointId.Intern("hq/M-0/energy"), Name = LocalizedText.Same("Energy"), Kind = PointKind.Counter, Unit = "kW.h", Decimals = 2,
        };

        Assert.Equal("128,430.60 kWh", Show.ValueWithUnit(point, 128430.6, UiLanguage.Chinese));
    }

    [Theory]
    [InlineData(0, "due today")]
    [InlineData(-3, "3 d overdue")]
    [InlineData(10, "in 10 d")]
    public void Due_Day_StandsToToday(int days, string shown) =>
        Assert.Equal(shown, Show.Due(new DateOnly(2026, 6, 1).AddDays(days), new(2026, 6, 1), UiLanguage.English));
}
