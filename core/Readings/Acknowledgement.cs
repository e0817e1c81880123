namespace Plantroom;

/// <summary>
/// The promise still owed to whoever sent a message. Completed once everything in the message is kept; for an MQTT publisher that
/// is the moment its PUBACK goes out.
/// </summary>
/// <remarks>A value type over a static delegate, so that owing an acknowledgement allocates nothing.</remarks>
public readonly struct Acknowledgement(Action<object, long> complete, object state, long token)
{
    /// <summary>Says that everything is kept. Called once, from any thread.</summary>
    public void Complete() => complete?.Invoke(state, token);
}
