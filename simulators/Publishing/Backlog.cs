using System.Diagnostics.CodeAnalysis;

namespace Plantroom.Simulators.Publishing;

/// <summary>A message of the past.</summary>
/// <param name="Equipment">Whose device tells it.</param>
/// <param name="Payload">What it tells, with the time at which it was measured.</param>
internal readonly record struct PastMessage(string Equipment, byte[] Payload);

/// <summary>What is still to be told of the past, the oldest first. Beyond the most it holds, the oldest is left out.</summary>
internal sealed class Backlog(int most)
{
    private readonly Queue<PastMessage> messages = [];

    /// <summary>What waits to be told.</summary>
    public IReadOnlyCollection<PastMessage> Messages => messages;

    /// <summary>How many were left out.</summary>
    public int LeftOut { get; private set; }

    public void Add(PastMessage message)
    {
        if (messages.Count == most)
        {
            messages.Dequeue();
            LeftOut++;
        }

        messages.Enqueue(message);
    }

    public bool TryTake([MaybeNullWhen(false)] out PastMessage message) => messages.TryDequeue(out message);
}
