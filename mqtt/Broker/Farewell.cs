using Plantroom.Mqtt.Broker.Listening;
using Plantroom.Mqtt.Transport;

namespace Plantroom.Mqtt.Broker;

/// <summary>Closes a connection so that the last words arrive.</summary>
internal static class Farewell
{
    /// <summary>Real time: it bounds work on a socket, which no other clock can move.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <param name="wire">The connection; closed afterwards.</param>
    /// <param name="outbound">What is still to be sent.</param>
    /// <param name="lingers">Whether the client may still be sending, see <see cref="Wire.FinishAsync"/>.</param>
    public static async Task SendAsync(Wire wire, OutboundBuffer outbound, bool lingers)
    {
        using var patience = new CancellationTokenSource(Patience, TimeProvider.System);
        try
        {
            await outbound.WaitUntilSentAsync().WaitAsync(patience.Token);
            await wire.FinishAsync(lingers, patience.Token);
        }
        catch (Exception exception) when (exception is InvalidOperationException || IOutboundOwner.IsOfSocket(exception))
        {
            // It does not listen any more, or not fast enough: then it is closed without it.
        }

        wire.Dispose();
    }
}
