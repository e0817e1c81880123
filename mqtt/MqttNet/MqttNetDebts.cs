namespace Plantroom.Mqtt.MqttNet;

/// <summary>
/// The acknowledgements that one connection owes, in the order of receipt: one is sent when all handlers have completed their message and
/// those of all earlier messages are sent.
/// </summary>
internal sealed class MqttNetDebts : IMqttDebtor
{
    private readonly Lock gate = new();
    private readonly Queue<MqttNetDebt> inOrder = new();
    private readonly Dictionary<long, MqttNetDebt> open = [];
    private long lastToken;
    private bool paying;
    private bool closed;

    /// <summary>Remembers a message.</summary>
    /// <param name="creditors">How many have to complete it.</param>
    /// <param name="pay">Sends the acknowledgement; what it throws ends the paying, because the connection has ended.</param>
    public MqttNetDebt Add(int creditors, Func<Task> pay)
    {
        lock (gate)
        {
            var debt = new MqttNetDebt(lastToken + 1, creditors, pay);
            for (var i = 0; i < creditors; i++) open.Add(++lastToken, debt);
            inOrder.Enqueue(debt);
            return debt;
        }
    }

    /// <summary>Pays for a message that nobody has to complete.</summary>
    public void PayWhatIsFree() => StartPaying();

    /// <inheritdoc/>
    public void Acknowledge(long token)
    {
        lock (gate)
        {
            if (!open.Remove(token, out var debt) || --debt.Creditors > 0) return;
        }

        StartPaying();
    }

    /// <summary>The connection has ended: nothing is paid any more.</summary>
    public void Close()
    {
        lock (gate)
        {
            closed = true;
            open.Clear();
            inOrder.Clear();
        }
    }

    private void StartPaying()
    {
        lock (gate)
        {
            if (paying) return;
            paying = true;
        }

        _ = PayAsync();
    }

    private async Task PayAsync()
    {
        while (Next() is { } debt)
        {
            try
            {
                await debt.Pay();
            }
            catch (Exception)
            {
                // The connection has ended, which is seen where it is read; the sender will send the message again.
                Close();
            }
        }
    }

    private MqttNetDebt? Next()
    {
        lock (gate)
        {
            if (!closed && inOrder.TryPeek(out var front) && front.Creditors == 0) return inOrder.Dequeue();
            paying = false;
            return null;
        }
    }
}

/// <summary>One acknowledgement that is owed.</summary>
internal sealed class MqttNetDebt(long firstToken, int creditors, Func<Task> pay)
{
    /// <summary>How many have not completed it. Its owner locks.</summary>
    public int Creditors { get; set; } = creditors;

    public Func<Task> Pay => pay;

    /// <summary>What a handler, counted from 0, completes it with.</summary>
    public long Token(int handler) => firstToken + handler;
}
