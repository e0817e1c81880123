namespace Plantroom.Mqtt;

/// <summary>What one client may do at the broker. Immutable; may be asked from any thread.</summary>
public sealed class MqttPermissions
{
    /// <summary>Everything.</summary>
    public static readonly MqttPermissions All = new();

    private MqttPermissions()
    {
    }

    /// <summary>Whether it may publish to a topic (UTF-8, checked). Asked for every message, so it allocates nothing.</summary>
    public bool MayPublish(ReadOnlySpan<byte> topic) => this == All || !topic.IsEmpty;

    /// <summary>Whether it may subscribe to everything that a filter matches, without a <c>$share</c> prefix.</summary>
    public bool MaySubscribe(string filter) => this == All || filter.Length > 0;
}
