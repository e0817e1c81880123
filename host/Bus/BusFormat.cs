using Plantroom.Mqtt;

namespace Plantroom.Host.Bus;

/// <summary>How messages of one kind travel over MQTT; see docs/formats/bus.md.</summary>
/// <typeparam name="T">The message.</typeparam>
internal abstract class BusFormat<T>
{
    /// <summary>The kind, as it stands in topics and client ids.</summary>
    public abstract string Name { get; }

    /// <summary>What all topics of the kind begin with, with the slash.</summary>
    public string Prefix => $"plantroom/v1/{Name}/";

    /// <summary>Whether a message can say that it was kept.</summary>
    public virtual bool CanBeKept => false;

    /// <summary>
    /// Whether a message is on its publisher's disk before it is published: then its publisher does not wait for the broker.
    /// </summary>
    public virtual bool IsKeptBefore => false;

    /// <summary>Writes a message as one or more parts, each of which is a message at the broker.</summary>
    public abstract void Write(T message, BusOutput output);

    /// <summary>Makes a reader for one subscriber; it is used by one thread at a time.</summary>
    public abstract BusRead<T> Reader();

    /// <summary>The broker has the whole message.</summary>
    public virtual void Published(T message)
    {
    }
}

/// <summary>Reads one message of the broker.</summary>
/// <param name="message">A view.</param>
/// <param name="kept">What is owed when the message is kept; null when it need not say so.</param>
/// <returns>Null when there is nothing in it that could be used; why was counted.</returns>
internal delegate T? BusRead<out T>(in MqttMessage message, Acknowledgement? kept);
