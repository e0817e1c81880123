namespace Plantroom.Mqtt.Tests.Contract;

/// <summary>What all cases of the suite have: a name space of their own, and things that are disposed at their end.</summary>
public abstract class ContractCase : IAsyncLifetime
{
    protected const MqttQos Qos0 = MqttQos.AtMostOnce;
    protected const MqttQos Qos1 = MqttQos.AtLeastOnce;
    protected const MqttQos Qos2 = MqttQos.ExactlyOnce;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static int cases;

    private readonly string name = $"case{Interlocked.Increment(ref cases)}";
    private readonly Stack<IAsyncDisposable> owned = new();
    private readonly CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private int clients;

    public static TheoryData<MqttProtocolVersion> Versions { get; } = [MqttProtocolVersion.V311, MqttProtocolVersion.V50];

    public static TheoryData<MqttProtocolVersion, MqttQos> VersionsAndQos { get; } = new()
    {
        { MqttProtocolVersion.V311, Qos0 }, { MqttProtocolVersion.V311, Qos1 }, { MqttProtocolVersion.V311, Qos2 },
        { MqttProtocolVersion.V50, Qos0 }, { MqttProtocolVersion.V50, Qos1 }, { MqttProtocolVersion.V50, Qos2 },
    };

    public static TheoryData<MqttProtocolVersion, MqttQos> VersionsAndQosThatIsKept { get; } = new()
    {
        { MqttProtocolVersion.V311, Qos1 }, { MqttProtocolVersion.V311, Qos2 }, { MqttProtocolVersion.V50, Qos1 }, { MqttProtocolVersion.V50, Qos2 },
    };

    /// <summary>Properties that cannot be sent, by what is wrong with them.</summary>
    private protected static readonly Dictionary<string, MqttPublicationProperties> Unsendable = new()
    {
        ["content type with U+0000"] = new MqttPublicationProperties { ContentType = "a\0" },
        ["content type too long"] = new MqttPublicationProperties { ContentType = new string('x', 65_536) },
        ["response topic with a wildcard"] = new MqttPublicationProperties { ResponseTopic = "a/#" },
        ["correlation data too long"] = new MqttPublicationProperties { CorrelationData = new byte[65_536] },
        ["half a surrogate pair"] = new MqttPublicationProperties { UserProperties = [new("a", "\ud800")] },
    };

    public static TheoryData<string> UnsendableProperties { get; } = [.. Unsendable.Keys];

    /// <summary>Ends what hangs: no case takes long.</summary>
    protected CancellationToken Cancelled => patience.Token;

    public ValueTask InitializeAsync()
    {
        patience.CancelAfter(Patience);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        while (owned.TryPop(out var one)) await one.DisposeAsync();
        patience.Dispose();
    }

    /// <summary>A topic or filter that no other case uses.</summary>
    protected string Topic(string rest) => $"{name}/{rest}";

    /// <summary>A client id that no other case uses.</summary>
    protected string ClientId(string? id = null) => $"{name}-{id ?? $"{++clients}"}";

    protected T Own<T>(T one)
        where T : IAsyncDisposable
    {
        owned.Push(one);
        return one;
    }

    /// <summary>Skips the case when somebody who takes part in it lacks something.</summary>
    protected static void Need(IReadOnlyDictionary<Ability, string> lacks, params Ability[] abilities)
    {
        foreach (var ability in abilities)
        {
            if (lacks.TryGetValue(ability, out var why)) Assert.Skip($"{ability}: {why}");
        }
    }
}
