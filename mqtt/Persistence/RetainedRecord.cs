using Plantroom.Mqtt.Delivery;

namespace Plantroom.Mqtt.Persistence;

/// <summary>The retained message of one topic.</summary>
/// <param name="store">The store.</param>
/// <param name="number">Its number in the file. A topic that is retained anew gets a higher one.</param>
internal sealed class RetainedRecord(BrokerStore store, long number) : Record(store)
{
    private StoredMessage? present;
    private StoredMessage? inFile;
    private StoredMessage? committed;

    /// <summary>Says that it was found in the file.</summary>
    public void Restored(StoredMessage message) => present = inFile = committed = message;

    /// <summary>Sets the message; null when there is none any more.</summary>
    public void Set(StoredMessage? message) => Volatile.Write(ref present, message);

    /// <inheritdoc/>
    protected override void Keep() => committed = inFile;

    /// <inheritdoc/>
    protected override void WriteState(BrokerFile file)
    {
        var message = Volatile.Read(ref present);
        if (message == inFile) return;
        if (message is null) file.DeleteRetained(number);
        else file.PutRetained(number, message);
        inFile = message;
    }

    /// <inheritdoc/>
    protected override void Undo() => inFile = committed;
}
