using System.Net;
using Plantroom.Mqtt.Broker.Security;
using Plantroom.Mqtt.Codec;
using Plantroom.TestKit;
using Plantroom.TestKit.Mosquitto;

namespace Plantroom.Mqtt.Tests.Security;

/// <summary>Who may connect, over real connections.</summary>
public sealed class LoginTests : IDisposable
{
    private const string Secret = "secret-word";

    private readonly TempFolder folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string File => folder.File("passwords");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(MqttProtocolVersion.V50, "gateway", Secret, Reason.Success)]
    [InlineData(MqttProtocolVersion.V50, "gateway", "other-word", Reason.BadUserNameOrPassword)]
    [InlineData(MqttProtocolVersion.V50, "nobody", Secret, Reason.BadUserNameOrPassword)]
    [InlineData(MqttProtocolVersion.V50, "gateway", null, Reason.BadUserNameOrPassword)]
    [InlineData(MqttProtocolVersion.V50, null, null, Reason.NotAuthorized)]
    [InlineData(MqttProtocolVersion.V311, "gateway", Secret, Reason.Success)]
    [InlineData(MqttProtocolVersion.V311, "gateway", "other-word", Reason.BadUserNameOrPassword)]
    [InlineData(MqttProtocolVersion.V311, null, null, Reason.NotAuthorized)]
    public async Task Login_RightOrWrong_IsAnsweredAndCounted_AndNoPasswordIsSaid(
        MqttProtocolVersion version, string? user, string? password, byte expected)
    {
        MqttPasswordFile.Set(File, "gateway", Secret);
        await using var broker = await StartAsync();
        using var client = await broker.OpenAsync();
        var connack = await client.ConnectAsync(Login("c", user, password) with { Version = version });
        Assert.Equal(expected, connack.Reason);
        if (expected != Reason.Success)
        {
            Assert.Null(await client.ReadAsync());
            var error = await broker.ErrorAsync();
            Assert.Equal(expected, error.ReasonCode);
            Assert.Equal("c", error.Client);
            Assert.Equal(1, broker.Broker.Statistics.FailedLogins);
        }

        var said = string.Join('\n', broker.Log.All) + string.Join('\n', broker.Broker.RecentErrors) + connack;
        Assert.DoesNotContain(Secret, said, StringComparison.Ordinal);
        Assert.DoesNotContain("other-word", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MosquittoClients_WithPassword_PublishAndSubscribe()
    {
        MqttPasswordFile.Set(File, "gateway", Secret);
        await using var broker = await StartAsync();
        var clients = new MosquittoClients(broker.Port);
        await using var subscriber = await clients.SubscribeAsync("a", 1, Cancelled, "-u", "gateway", "-P", Secret);
        Assert.Equal(0, await clients.PublishAsync("a", "hello", 1, Cancelled, "-u", "gateway", "-P", Secret));
        Assert.Equal("hello", (await subscriber.ReadAsync(Cancelled)).Payload);
        Assert.NotEqual(0, await clients.PublishAsync("a", "hello", 1, Cancelled, "-u", "gateway", "-P", "other-word"));
        Assert.NotEqual(0, await clients.PublishAsync("a", "hello", 1, Cancelled));
    }

    [Fact]
    public async Task Loopback_WithoutUsers_AsksForNothing_AndWithUsersChecksThoseThatSayWhoTheyAre()
    {
        var clock = new ManualClock();
        await using var broker = await StartAsync(o => o.AnonymousLoopback = true, clock);
        Assert.Equal(Reason.Success, await AnswerAsync(broker, Login("a", "anybody", "anything")));
        MqttPasswordFile.Set(File, "gateway", Secret);
        clock.Advance(WatchedFiles.Period);
        Assert.Equal(Reason.BadUserNameOrPassword, await AnswerAsync(broker, Login("b", "anybody", "anything")));
        Assert.Equal(Reason.Success, await AnswerAsync(broker, Login("c", null, null)));
        Assert.Equal(Reason.Success, await AnswerAsync(broker, Login("d", "gateway", Secret)));
    }

    [Fact]
    public async Task PasswordFile_ThatChanges_CountsAtOnce_AndDisconnectsWhoWasRemoved()
    {
        var clock = new ManualClock();
        MqttPasswordFile.Set(File, "old", Secret);
        MqttPasswordFile.Set(File, "stays", Secret);
        await using var broker = await StartAsync(time: clock);
        using var old = await broker.ConnectAsync("old", with: c => c with { UserName = "old", Password = Bytes(Secret) });
        using var stays = await broker.ConnectAsync("stays", with: c => c with { UserName = "stays", Password = Bytes(Secret) });
        Assert.True(MqttPasswordFile.Remove(File, "old"));
        MqttPasswordFile.Set(File, "stays", "other-word");
        clock.Advance(WatchedFiles.Period);
        Assert.Equal(Reason.NotAuthorized, await old.ReadDisconnectAsync());
        await stays.AssertNothingAsync();
        Assert.Equal(Reason.BadUserNameOrPassword, await AnswerAsync(broker, Login("a", "stays", Secret)));
        Assert.Equal(Reason.Success, await AnswerAsync(broker, Login("a", "stays", "other-word")));
    }

    [Fact]
    public async Task PasswordFile_ThatIsBroken_LeavesTheOldInForce_AndSaysNoHash()
    {
        var clock = new ManualClock();
        MqttPasswordFile.Set(File, "gateway", Secret);
        await using var broker = await StartAsync(time: clock, expectsErrors: true);
        await System.IO.File.AppendAllTextAsync(File, "second:$pbkdf2-sha256$i=1$weak$hash\n", Cancelled);
        clock.Advance(WatchedFiles.Period);
        Assert.Equal(Reason.Success, await AnswerAsync(broker, Login("a", "gateway", Secret)));
        var error = Assert.Single(broker.Log.Errors);
        Assert.Contains("passwords:2: ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("weak$hash", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ManyClients_WithTheSamePassword_CostOneCheck_UntilItIsForgotten()
    {
        var clock = new ManualClock();
        MqttPasswordFile.Set(File, "gateway", Secret);
        await using var broker = await StartAsync(o => o.Login.RememberFor = TimeSpan.FromMinutes(10), clock);
        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(i => AnswerAsync(broker, Login($"c{i}", "gateway", Secret))));
        Assert.All(answers, static a => Assert.Equal(Reason.Success, a));
        Assert.Equal(1, broker.Broker.PasswordChecks);
        clock.Advance(TimeSpan.FromMinutes(9));
        await AnswerAsync(broker, Login("c", "gateway", Secret));
        clock.Advance(TimeSpan.FromMinutes(9));
        await AnswerAsync(broker, Login("c", "gateway", Secret));
        Assert.Equal(1, broker.Broker.PasswordChecks);
        clock.Advance(TimeSpan.FromMinutes(11));
        await AnswerAsync(broker, Login("c", "gateway", Secret));
        Assert.Equal(2, broker.Broker.PasswordChecks);
    }

    [Fact]
    public async Task Logins_ThatFailAgainAndAgain_AreRefusedUnseen_ButNotThoseOfAKnownDevice()
    {
        var clock = new ManualClock();
        MqttPasswordFile.Set(File, "gateway", Secret);
        await using var broker = await StartAsync(o => o.Login.MaximumFailures = 3, clock);
        Assert.Equal(Reason.Success, await AnswerAsync(broker, Login("good", "gateway", Secret)));
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => AnswerAsync(broker, Login($"bad{i}", "attacker", "guess"))));
        Assert.Equal(3, answers.Count(static a => a == Reason.BadUserNameOrPassword));
        Assert.Equal(17, answers.Count(static a => a == Reason.QuotaExceeded));
        Assert.Equal(4, broker.Broker.PasswordChecks);
        Assert.Equal(Reason.Success, await AnswerAsync(broker, Login("good", "gateway", Secret)));
        Assert.Single(broker.Log.All, static l => l.Contains("refused unseen", StringComparison.Ordinal));
        Assert.Equal(17, broker.Broker.Statistics.ThrottledLogins);
        Assert.Equal(3, broker.Broker.RecentErrors.Count);
        clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(Reason.BadUserNameOrPassword, await AnswerAsync(broker, Login("bad", "attacker", "guess")));
    }

    [Fact]
    public async Task ClientId_OfAnotherUsersSession_IsRefused()
    {
        MqttPasswordFile.Set(File, "one", Secret);
        MqttPasswordFile.Set(File, "two", Secret);
        await using var broker = await StartAsync();
        using var first = await broker.ConnectAsync(
            "same", with: c => c with { UserName = "one", Password = Bytes(Secret), SessionExpiry = 60 });
        Assert.Equal(Reason.NotAuthorized, await AnswerAsync(broker, Login("same", "two", Secret)));
        await first.AssertNothingAsync();
        await first.SendAsync(0xE0, 0);
        Assert.Null(await first.ReadAsync());
        Assert.Equal(Reason.NotAuthorized, await AnswerAsync(broker, Login("same", "two", Secret)));
        Assert.Equal(Reason.Success, await AnswerAsync(broker, Login("same", "one", Secret)));
    }

    [Fact]
    public async Task Names_ThatAreMadeForTheLog_AreCutAndStayOnOneLine()
    {
        await using var broker = await StartAsync(credentials: new OnlyOne());
        var name = "a\nWARNING forged" + new string('x', 500);
        for (var i = 0; i < 5; i++) await AnswerAsync(broker, Login(name, name, "p"));
        await Eventually.TrueAsync(() => broker.Broker.RecentErrors.Count == 5, "all are recorded");
        Assert.Contains(broker.Log.All, static l => l.Contains("refused unseen", StringComparison.Ordinal));
        Assert.DoesNotContain(broker.Log.All, static l => l.Contains('\n', StringComparison.Ordinal) || l.Length > 400);
    }

    [Fact]
    public async Task Login_ThatTakesLongerThanConnectMay_IsGivenUp()
    {
        var clock = new ManualClock();
        await using var broker = await StartAsync(time: clock, credentials: new SlowCredentials());
        using var client = await broker.OpenAsync();
        await client.SendAsync(Login("c", "u", "p").Write());
        await Eventually.TrueAsync(() => SlowCredentials.Asked > 0, "it is asked");
        clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Null(await client.ReadAsync());
        Assert.Equal(Reason.ProtocolError, (await broker.ErrorAsync()).ReasonCode);
    }

    [Fact]
    public async Task Credentials_OfAnother_DecideAndGivePermissions()
    {
        await using var broker = await StartAsync(credentials: new OnlyOne());
        using var one = await broker.ConnectAsync("one");
        var connection = Assert.Single(broker.Connections);
        Assert.True(connection.Permissions.MayPublish("a"u8));
        Assert.False(connection.Permissions.MayPublish("b"u8));
        using var two = await broker.OpenAsync();
        Assert.Equal(Reason.BadUserNameOrPassword, (await two.ConnectAsync(Login("two", "u", "p"))).Reason);
    }

    [Fact]
    public async Task AclFile_ThatChanges_CountsForThoseWhoAreConnected()
    {
        var clock = new ManualClock();
        var acl = folder.File("acl");
        await System.IO.File.WriteAllTextAsync(acl, "topic readwrite #\n", Cancelled);
        await using var broker = await StartAsync(o => (o.AclFile, o.AnonymousLoopback) = (acl, true), clock, expectsErrors: true);
        using var client = await broker.ConnectAsync("c");
        await client.SubscribeAsync("a/#", MqttQos.AtMostOnce);
        await client.SubscribeAsync("b/#", MqttQos.AtMostOnce);
        await System.IO.File.WriteAllTextAsync(acl, "topic read b/#\ntopic write a/%c\n", Cancelled);
        clock.Advance(WatchedFiles.Period);
        var permissions = Assert.Single(broker.Connections).Permissions;
        Assert.True(permissions.MayPublish("a/c"u8));
        Assert.False(permissions.MayPublish("a/d"u8));
        await broker.PublishAsync("a/x", default, MqttQos.AtMostOnce, false);
        await broker.PublishAsync("b/x", default, MqttQos.AtMostOnce, false);
        Assert.Equal("b/x", (await client.ReadMessageAsync()).Topic);

        await System.IO.File.WriteAllTextAsync(acl, "topic read b/#\n\ntopik write a\ntopic read a/#/b\n", Cancelled);
        clock.Advance(WatchedFiles.Period);
        Assert.True(Assert.Single(broker.Connections).Permissions.MayPublish("a/c"u8));
        var error = Assert.Single(broker.Log.Errors);
        Assert.Contains("acl:3: 'topik'", error, StringComparison.Ordinal);
        Assert.Contains("acl:4: 'a/#/b'", error, StringComparison.Ordinal);
    }

    private static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    private static ConnectPacket Login(string clientId, string? user, string? password) =>
        new() { ClientId = clientId, UserName = user, Password = password is null ? null : Bytes(password) };

    private static async Task<byte> AnswerAsync(TestBroker broker, ConnectPacket login)
    {
        using var client = await broker.OpenAsync();
        return (await client.ConnectAsync(login)).Reason;
    }

    private Task<TestBroker> StartAsync(
        Action<MqttBrokerOptions>? configure = null, TimeProvider? time = null, bool expectsErrors = false, IMqttCredentials? credentials = null) =>
        TestBroker.StartAsync(
            o =>
            {
                (o.AnonymousLoopback, o.PasswordFile) = (false, File);
                configure?.Invoke(o);
            },
            time, expectsErrors, credentials);

    private sealed class SlowCredentials : IMqttCredentials
    {
        private static int asked;

        public static int Asked => Volatile.Read(ref asked);

        public bool HasUsers => true;

        public async ValueTask<MqttAdmission> VerifyAsync(MqttLogin login, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref asked);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return MqttAdmission.Refused;
        }
    }

    private sealed class OnlyOne : IMqttCredentials
    {
        public bool HasUsers => true;

        public ValueTask<MqttAdmission> VerifyAsync(MqttLogin login, CancellationToken cancellationToken) =>
            new(login is { ClientId: "one", Peer.Remote: IPEndPoint, Peer.IsLocal: true }
                ? MqttAdmission.Admit("first", MqttPermissions.Of([new("a")]))
                : MqttAdmission.Refused);
    }
}
