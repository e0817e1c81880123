namespace Plantroom.Ingest.Transfer;

/// <summary>Why a row was not taken.</summary>
public enum ImportReason
{
    /// <summary>It does not have the columns of the heading, or is not line protocol.</summary>
    Row,

    /// <summary>It is longer than 65,536 bytes.</summary>
    TooLong,

    /// <summary>It does not have a name that a point can have.</summary>
    Point,

    /// <summary>The site model does not have the point.</summary>
    Unknown,

    /// <summary>Its time is not one, is before 1970, or more than a day ahead.</summary>
    Time,

    /// <summary>Its value is not a finite number.</summary>
    Value,

    /// <summary>Its quality is not known.</summary>
    Quality,
}

/// <summary>A row that was not taken.</summary>
/// <param name="Line">Its number in the file, from 1.</param>
/// <param name="Reason">What is wrong with it.</param>
public readonly record struct ImportFault(long Line, ImportReason Reason);
