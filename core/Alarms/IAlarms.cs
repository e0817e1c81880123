namespace Plantroom;

/// <summary>What became of an acknowledgement.</summary>
public enum AcknowledgeOutcome
{
    /// <summary>Recorded.</summary>
    Acknowledged,

    /// <summary>Somebody was quicker; nothing was changed.</summary>
    AlreadyAcknowledged,

    /// <summary>There is no such alarm.</summary>
    NotFound,
}

/// <summary>Port of the alarms for screens and other modules.</summary>
public interface IAlarms
{
    /// <summary>Every alarm that is not normal; worst first, then newest.</summary>
    IReadOnlyList<Alarm> Active { get; }

    /// <summary>Records that a person has taken note. Durable before it returns; the change is then published.</summary>
    /// <param name="id">The occurrence.</param>
    /// <param name="by">Who, 1 to 100 characters.</param>
    /// <param name="note">What that person wants to say, at most 1,000 characters.</param>
    /// <param name="cancellationToken">Ends the wait, not an acknowledgement that was already recorded.</param>
    ValueTask<AcknowledgeOutcome> AcknowledgeAsync(long id, string by, string? note, CancellationToken cancellationToken = default);
}
