namespace Plantroom;

/// <summary>
/// The store of readings cannot answer at the moment: it cannot be reached, hangs, does not let us in or says that something is wrong. The
/// message says what, without secrets; asking again later may help.
/// </summary>
public sealed class HistoryUnavailableException : Exception
{
    /// <summary>Without a reason.</summary>
    public HistoryUnavailableException()
    {
    }

    /// <summary>With a reason for people.</summary>
    public HistoryUnavailableException(string message)
        : base(message)
    {
    }

    /// <summary>With a reason for people and what caused it.</summary>
    public HistoryUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
