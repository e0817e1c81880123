using System.Net;
using Plantroom.Mqtt.Broker.Security;
using Plantroom.TestKit;

namespace Plantroom.Mqtt.Tests.Security;

public sealed class LoginThrottleTests
{
    private readonly ManualClock clock = new();
    private readonly LoginThrottle throttle;

    public LoginThrottleTests() => throttle = new LoginThrottle(new MqttLoginOptions(), clock);

    [Fact]
    public void Failures_WithinTheWindow_PauseTheAddress_AndSpreadOutDoNot()
    {
        for (var i = 0; i < 20; i++)
        {
            Fail("10.0.0.1", $"u{i}");
            clock.Advance(TimeSpan.FromSeconds(16));
        }

        Assert.False(IsPaused("10.0.0.1", "u"));
        for (var i = 0; i < 5; i++) Fail("10.0.0.2", $"v{i}");
        Assert.True(IsPaused("10.0.0.2", "v"));
        Assert.False(IsPaused("10.0.0.3", "v"));
    }

    [Fact]
    public void Pauses_OfAnAddress_DoubleUpToTheLongest_AndStartAgainAfterAQuietTime()
    {
        Assert.Equal([30, 60, 120, 240, 300, 300], Enumerable.Range(0, 6).Select(_ => NextPause()));
        clock.Advance(TimeSpan.FromMinutes(7));
        Assert.Equal(30, NextPause());

        double NextPause()
        {
            for (var i = 0; i < 4; i++) Assert.Equal(TimeSpan.Zero, Fail("10.0.0.1", $"u{i}"));
            var pause = Fail("10.0.0.1", "u");
            Assert.True(IsPaused("10.0.0.1", "x"));
            clock.Advance(pause);
            Assert.False(IsPaused("10.0.0.1", "x"));
            return pause.TotalSeconds;
        }
    }

    [Fact]
    public void User_GuessedFromManyAddresses_IsPausedForThoseThatFailed_AndForNobodyElse()
    {
        for (var i = 0; i < 5; i++) Fail($"10.0.1.{i}", "gateway");
        Assert.True(IsPaused("10.0.1.0", "gateway"));
        Assert.False(IsPaused("10.0.1.0", "other"));
        Assert.False(IsPaused("192.168.0.7", "gateway"));
    }

    [Fact]
    public void KnownDevice_BehindTheAddressOfAnAttacker_IsOnlyHeldBackByGuessesOfItsOwnUser()
    {
        throttle.Succeed(Source("10.0.0.1", "gateway"));
        for (var i = 0; i < 50; i++) Fail("10.0.0.1", $"u{i}");
        Assert.False(IsPaused("10.0.0.1", "gateway"));
        for (var i = 0; i < 5; i++) Fail("10.0.0.1", "gateway");
        Assert.True(IsPaused("10.0.0.1", "gateway"));
        clock.Advance(TimeSpan.FromSeconds(30));
        Assert.False(IsPaused("10.0.0.1", "gateway"));
    }

    [Fact]
    public void Addresses_OfOneNetwork_AreTheSame()
    {
        for (var i = 0; i < 5; i++) Fail($"2001:db8:0:1::{i + 1}", $"u{i}");
        Assert.True(IsPaused("2001:db8:0:1:ffff::", "u"));
        Assert.False(IsPaused("2001:db8:0:2::1", "u"));
        for (var i = 0; i < 5; i++) Fail("10.0.0.1", $"u{i}");
        Assert.True(IsPaused("::ffff:10.0.0.1", "x"));
    }

    [Fact]
    public void Counts_OfEverSoManyAddresses_AreBounded_AndKeepThosePaused()
    {
        var counts = new FailureCounts(new MqttLoginOptions());
        for (var i = 0; i < 5; i++) counts.Fail(7, clock.GetUtcNow());
        for (UInt128 key = 100; key < 50_000; key++) counts.Fail(key, clock.GetUtcNow());
        Assert.InRange(counts.Count, 1, FailureCounts.Maximum);
        Assert.True(counts.IsPaused(7, clock.GetUtcNow()));
    }

    private static LoginSource Source(string address, string user) =>
        LoginSource.Of(new MqttLogin("c", user, default, new MqttPeer(new IPEndPoint(IPAddress.Parse(address), 1))));

    private bool IsPaused(string address, string user) => throttle.IsPaused(Source(address, user));

    private TimeSpan Fail(string address, string user) => throttle.Fail(Source(address, user));
}
