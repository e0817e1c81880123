using Plantroom.Mqtt.Codec;
using Plantroom.TestKit;

namespace Plantroom.Mqtt.Tests.Security;

/// <summary>Whoever decides about logins may fail, or never answer: that costs the login, and nobody else.</summary>
public sealed class CredentialsFaultTests
{
    public static TheoryData<Exception> Faults =>
        [new InvalidOperationException("broken"), new IOException("broken"), new OperationCanceledException("broken"), new MqttException("broken")];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Credentials_ThatThrow_RefuseTheClientAndAreLogged(Exception fault)
    {
        var credentials = new Scripted(_ => throw fault);
        await using var broker = await StartAsync(credentials, TimeProvider.System, expectsErrors: true);
        using var client = await broker.OpenAsync();
        Assert.Equal(Reason.ServerUnavailable, (await client.ConnectAsync(Login("bad"))).Reason);
        Assert.Null(await client.ReadAsync());
        Assert.Single(broker.Log.Errors);
        Assert.Equal(0, broker.Broker.Statistics.ProtocolErrors);
        using var good = await broker.OpenAsync();
        Assert.Equal(Reason.Success, (await good.ConnectAsync(Login("good"))).Reason);
    }

    [Fact]
    public async Task Credentials_ThatNeverAnswer_CostOneConnectionAndNotTheNextOfItsAddress()
    {
        var clock = new ManualClock();
        var never = new TaskCompletionSource<MqttAdmission>();
        var credentials = new Scripted(_ => new ValueTask<MqttAdmission>(never.Task));
        await using var broker = await StartAsync(credentials, clock);
        using var client = await broker.OpenAsync();
        await client.SendAsync(Login("bad").Write());
        await credentials.Asked.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        using var good = await broker.OpenAsync();
        await good.SendAsync(Login("good").Write());
        clock.Advance(TimeSpan.FromSeconds(9));
        using var late = await broker.OpenAsync();
        await Eventually.TrueAsync(() => broker.Broker.Statistics.Connections == 3, "all are there");
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await client.ReadAsync());
        Assert.Equal(Reason.Success, (await late.ConnectAsync(Login("good") with { ClientId = "late" })).Reason);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Packets_BehindConnect_WaitForTheLogin(bool isAdmitted)
    {
        var answer = new TaskCompletionSource<MqttAdmission>();
        var credentials = new Scripted(_ => new ValueTask<MqttAdmission>(answer.Task));
        await using var broker = await StartAsync(credentials, TimeProvider.System);
        var got = 0;
        using var subscription = await broker.SubscribeAsync("a", Count);
        ValueTask Count(in MqttMessage message)
        {
            got++;
            message.Acknowledgement.Complete();
            return ValueTask.CompletedTask;
        }

        using var client = await broker.OpenAsync();
        var connect = Login("bad").Write();
        await client.SendAsync([.. connect, .. client.Publish("a", "1", MqttQos.AtLeastOnce, 1), .. connect]);
        await credentials.Asked.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken);
        Assert.Equal((0, 0), (got, broker.Broker.Statistics.Received));
        answer.SetResult(isAdmitted ? MqttAdmission.Admit("bad") : MqttAdmission.Refused);
        Assert.Equal(PacketType.Connack, (await client.ReadAsync())?.Type);
        if (isAdmitted)
        {
            Assert.Equal(1, await client.ReadPubackAsync());
            Assert.Equal(Reason.ProtocolError, await client.ReadDisconnectAsync());
        }
        else
        {
            Assert.Null(await client.ReadAsync());
        }

        Assert.Equal(isAdmitted ? 1 : 0, got);
    }

    private static Task<TestBroker> StartAsync(Scripted credentials, TimeProvider time, bool expectsErrors = false) =>
        TestBroker.StartAsync(o => o.AnonymousLoopback = false, time, expectsErrors, credentials);

    private static ConnectPacket Login(string user) => new() { ClientId = user, UserName = user, Password = "x"u8.ToArray() };

    /// <summary>Admits everybody but "bad", about whom the script says.</summary>
    private sealed class Scripted(Func<MqttLogin, ValueTask<MqttAdmission>> script) : IMqttCredentials
    {
        private readonly TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Asked => asked.Task;

        public bool HasUsers => true;

        public ValueTask<MqttAdmission> VerifyAsync(MqttLogin login, CancellationToken cancellationToken)
        {
            if (login.UserName != "bad") return new(MqttAdmission.Admit(login.UserName));
            asked.TrySetResult();
            return script(login);
        }
    }
}
