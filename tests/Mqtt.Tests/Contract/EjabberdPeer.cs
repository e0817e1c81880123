using Plantroom.TestKit;
using Plantroom.TestKit.Mosquitto;

namespace Plantroom.Mqtt.Tests.Contract;

/// <summary>
/// A real ejabberd with its module mod_mqtt, a broker that shares no line with Mosquitto. Where it is not installed (Debian: ejabberd), its
/// cases are skipped. It runs as the user that its package makes.
/// </summary>
public sealed class EjabberdPeer : BrokerPeer
{
    private readonly TempFolder folder = new();
    private MosquittoProcess? process;

    public override IReadOnlyDictionary<Ability, string> Lacks { get; } = new Dictionary<Ability, string>
    {
        [Ability.OrderOverBrokenConnections] =
            "with ejabberd, a message of QoS 1 was seen behind its successors after a break, once in fifteen runs",
        [Ability.SharedSubscriptions] = "ejabberd delivers nothing for $share",
        [Ability.MessageExpiry] = "ejabberd delivers what has expired while its client was away",
        [Ability.DollarTopics] = "ejabberd lets nobody publish to topics with a first $",
        [Ability.ReceiveMaximum] = "ejabberd goes silent when the client's Receive Maximum is reached",
        [Ability.RefusalOfNoClientId] = "ejabberd takes an empty client id of 3.1.1 also with a session that is kept",
        [Ability.RepeatedAnswers] = "ejabberd does not answer a step of QoS 2 twice",
        [Ability.UnsubscribeReasons] = "ejabberd's UNSUBACK always says success",
    };

    /// <summary>It lets nobody in without a name; with its anonymous login, any name will do.</summary>
    public override string UserName => "suite@localhost";

    protected override async Task<int> StartAsync()
    {
        MosquittoProcess.Installed("ejabberdctl", "ejabberd");
        var port = MosquittoBroker.FreePort();
        Write("ejabberd.yml", $$"""
            hosts: [localhost]
            loglevel: warning
            auth_method: [anonymous]
            allow_multiple_connections: true
            anonymous_protocol: login_anon
            acl: { all_of_them: { user_regexp: "" } }
            listen:
              - { port: {{port}}, ip: "127.0.0.1", module: mod_mqtt, backlog: 1000, max_payload_size: 4194304 }
            modules:
              mod_mqtt: { queue_type: ram, max_queue: 10000, session_expiry: 5 minutes }
            """);
        Write("ejabberdctl.cfg", $"""
            ERLANG_NODE=plantroom{port}@localhost
            INET_DIST_INTERFACE=127.0.0.1
            ERL_DIST_PORT={MosquittoBroker.FreePort()}
            ERL_OPTIONS="-setcookie plantroom"
            """);
        foreach (var name in new[] { "spool", "log" }) Directory.CreateDirectory(folder.File(name));
        await RunAsync("chown", ["-R", "ejabberd:", folder.Path]);
        process = MosquittoProcess.Start(
            "ejabberdctl", ["-d", folder.Path, "-s", folder.File("spool"), "-l", folder.File("log"), "foreground"]);
        await Eventually.TrueAsync(() => Listens(port), "ejabberd listens");
        return port;
    }

    protected override async ValueTask StopAsync()
    {
        if (process is not null) await process.DisposeAsync();
        folder.Dispose();
    }

    private static bool Listens(int port)
    {
        try
        {
            using var client = new System.Net.Sockets.TcpClient("127.0.0.1", port);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }

    private static async Task RunAsync(string program, string[] arguments)
    {
        await using var run = MosquittoProcess.Start(program, arguments);
        Assert.Equal(0, await run.WaitForExitAsync(TestContext.Current.CancellationToken));
    }

    private void Write(string name, string text) => File.WriteAllText(folder.File(name), text);
}
