namespace Plantroom.Mqtt.Client;

/// <summary>A client that says when it has ended, to those who wait for what it will never bring any more.</summary>
internal interface IEndingClient
{
    /// <summary>Cancelled when the client is disconnected for good.</summary>
    CancellationToken Ended { get; }
}
