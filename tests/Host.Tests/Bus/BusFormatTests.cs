using System.Diagnostics.Metrics;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Plantroom.Host.Bus;
using Plantroom.Mqtt;

namespace Plantroom.Host.Tests;

public sealed class BusFormatTests : IDisposable
{
    private static readonly DateTime Time = new(2026, 6, 1, 8, 0, 0, DateTimeKind.Utc);
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().AddSingleton<BusMetrics>().BuildServiceProvider();
    private readonly BusOutput output = new();

    private ReadingFormat Readings => new(services.GetRequiredService<BusMetrics>(), NullLogger<ReadingFormat>.Instance);

    private AlarmFormat Alarms => new(services.GetRequiredService<BusMetrics>(), NullLogger<AlarmFormat>.Instance);

    public void Dispose() => services.Dispose();

    [Fact]
    public void Readings_SampleOfTheDocumentation_IsReadAndWrittenAgain()
    {
        var sample = File.ReadAllText(Sample("bus-readings.txt"));

        var batch = Read(Readings, sample)!;

        Assert.Equal(
            [
                new(PointId.Intern("hq/SP-1/level"), Time, 0.75), new(PointId.Intern("hq/SP-1/highFloat"), Time, 0),
                new(PointId.Intern("hq/P-101/running"), Time.AddMilliseconds(250), 1),
                new(PointId.Intern("hq/P-101/current"), Time.AddMilliseconds(250), 14.2, Quality.Uncertain(QualityReason.ClockSkew)),
                new(PointId.Intern("hq/SP-1/level"), Time.AddSeconds(1), 99, Quality.Bad(QualityReason.OutOfRange)),
                new(PointId.Intern(@"hq/a,b=c/odd\"), Time.AddSeconds(1), -0.000001),
            ],
            batch.Memory.ToArray());
        Readings.Write(batch, output);
        var again = Encoding.UTF8.GetString(output.Part(0).Payload.Span);
        Assert.Equal(
            sample.Split('\n').Skip(1).Select(static line => line[(line.IndexOf(",equipment=", StringComparison.Ordinal) + 1)..]),
            again.Split('\n').Select(static line => line[(line.IndexOf(",equipment=", StringComparison.Ordinal) + 1)..]));
    }

    [Fact]
    public void Readings_SeveralSitesAndMany_AreMessagesOfOneSiteInOrder()
    {
        var points = new[] { PointId.Intern("hq/X/a"), PointId.Intern("lab/X/a") };
        var numbers = Enumerable.Range(0, ReadingFormat.MaxReadings * 3);
        var readings = numbers.Select(i => new Reading(points[i % 3 / 2], Time.AddSeconds(i), i)).ToArray();

        Readings.Write(new(readings), output);

        Assert.Equal(
            ["plantroom/v1/readings/hq", "plantroom/v1/readings/hq", "plantroom/v1/readings/lab"],
            Enumerable.Range(0, output.Parts).Select(i => output.Part(i).Topic));
        var payloads = Enumerable.Range(0, output.Parts).Select(i => Encoding.UTF8.GetString(output.Part(i).Payload.Span));
        var read = payloads.SelectMany(payload => Read(Readings, payload)!.Memory.ToArray());
        Assert.Equal(readings.OrderBy(static r => r.Point.Site), read);
    }

    [Fact]
    public void Alarms_SampleOfTheDocumentation_IsReadAndWrittenAgain()
    {
        var sample = File.ReadAllText(Sample("bus-alarm.json"));

        var change = Read(Alarms, sample)!;

        Assert.Equal((AlarmEvent.Acknowledged, "Wang", "on my way"), (change.Event, change.By, change.Note));
        Alarms.Write(change, output);
        Assert.Equal("plantroom/v1/alarms/hq/SP-2/41", output.Part(0).Topic);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(sample), JsonNode.Parse(output.Part(0).Payload.Span)));
    }

    [Fact]
    public void Alarms_EveryEventStateAndPriority_AreTheSameWhenReadBack()
    {
        foreach (var happened in Enum.GetValues<AlarmEvent>())
            foreach (var state in Enum.GetValues<AlarmState>())
                foreach (var priority in Enum.GetValues<AlarmPriority>())
                {
                    var alarm = Numbered.Change("R \"1\" <水> 😀 \\", int.MaxValue).Alarm with
                    {
                        Id = long.MaxValue - 1, State = state, Priority = priority, Value = double.Epsilon, Limit = -double.MaxValue, Count = 7,
                        Point = PointId.Intern("hq/SP-1/level"), ReturnedAt = Time.AddTicks(1), AcknowledgedAt = DateTime.MaxValue.ToUniversalTime(),
                    };
                    var change = new AlarmChange(alarm, happened, Time.AddTicks(9_999_999), "值班员", "line 1\nline 2");
                    output.Clear();
                    Alarms.Write(change, output);
                    var read = Read(Alarms, Encoding.UTF8.GetString(output.Part(0).Payload.Span))!;
                    Assert.Equal(change, read);
                    Assert.Equal(DateTimeKind.Utc, read.At.Kind);
                }
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"alarm":null,"event":"raised","at":"2026-06-01T08:00:00Z"}""")]
    [InlineData("""{"alarm":{"id":1},"event":"raised","at":"2026-06-01T08:00:00Z"}""")]
    [InlineData("not JSON")]
    public void Alarms_WhatIsNoChange_IsRejected(string payload)
    {
        var rejected = 0L;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (i, l) =>
        {
            if (i.Name == "plantroom.bus.rejected" && i.Meter.Scope == services.GetRequiredService<IMeterFactory>()) l.EnableMeasurementEvents(i);
        };
        listener.SetMeasurementEventCallback<long>((_, count, _, _) => rejected += count);
        listener.Start();

        Assert.Null(Read(Alarms, payload));

        Assert.Equal(1, rejected);
    }

    private static T? Read<T>(BusFormat<T> format, string payload)
        where T : class =>
        format.Reader()(new MqttMessage { Topic = "t"u8, Payload = Encoding.UTF8.GetBytes(payload) }, default);

    private static string Sample(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Plantroom.slnx"))) folder = folder.Parent;
        return Path.Combine(folder.FullName, "docs", "formats", "samples", name);
    }
}
