namespace Plantroom.Mqtt.Transport;

/// <summary>The connection behind an <see cref="OutboundBuffer"/>: the broker's or the client's.</summary>
internal interface IOutboundOwner
{
    /// <summary>Adds what is due, above all acknowledgements, before the buffer goes to the socket.</summary>
    void BeforeSend();

    /// <summary>The buffer went to the socket: there is room again.</summary>
    /// <param name="messages">How many PUBLISH packets were in it.</param>
    void AfterSend(int messages);

    /// <summary>Nothing can be sent any more: the socket is broken or, with any other exception than those of a socket, the owner has
    /// failed in one of the calls above. The connection must end.</summary>
    void SendFailed(Exception exception);

    /// <summary>Whether an exception is what a socket says that is broken or closed.</summary>
    static bool IsOfSocket(Exception exception) =>
        exception is IOException or ObjectDisposedException or System.Net.Sockets.SocketException or OperationCanceledException;
}
