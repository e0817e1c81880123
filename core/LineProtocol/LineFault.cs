namespace Plantroom;

/// <summary>Why a line was not taken.</summary>
public enum LineFaultReason
{
    /// <summary>It is longer than <see cref="LineProtocolReader.MaxLine"/>.</summary>
    TooLong,

    /// <summary>It is not UTF-8, or a name in it cannot be the name of a site, a piece of equipment or a point.</summary>
    Name,

    /// <summary>A tag has no <c>=</c>, or <c>site</c> or <c>equipment</c> is missing.</summary>
    Tags,

    /// <summary>There are no fields, or a field has no <c>=</c> and value.</summary>
    Fields,

    /// <summary>A value is not a finite number and not a switch.</summary>
    Value,

    /// <summary>A quality is not known, or belongs to no value before it in the line.</summary>
    Quality,

    /// <summary>The time is missing, is not a whole number of nanoseconds, or something follows it.</summary>
    Time,

    /// <summary>There are more different names than are kept.</summary>
    TooManyNames,
}

/// <summary>A line that was not taken, and where it is wrong.</summary>
/// <param name="Line">Its number, from 1.</param>
/// <param name="Column">The byte in it, from 1.</param>
/// <param name="Reason">What is wrong there.</param>
public readonly record struct LineFault(int Line, int Column, LineFaultReason Reason)
{
    /// <summary>For logs: <c>line 3, byte 17: Value</c>.</summary>
    public override string ToString() => $"line {Line}, byte {Column}: {Reason}";
}
