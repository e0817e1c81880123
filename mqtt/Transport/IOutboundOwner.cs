namespace Plantroom.Mqtt.Transport;

/// <summary>The connection behind an <see cref="OutboundBuffer"/>: the broker's or the client's.</summary>
internal interface IOutboundOwner
{
    /// <summary>Adds what is due, above all acknowledgements, before the buffer goes to the socket.</summary>
    void BeforeSend();

    /// <summary>The buffer went to the socket: there is room again.</summary>
    /// <param name="messages">How many PUBLISH packets were in it.</param>
    void AfterSend(int messages);

    /// <summary>The socket is broken.</summary>
    void SendFailed(Exception exception);
}
