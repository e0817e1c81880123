using System.Text;

namespace Plantroom.Ingest.Rows;

/// <summary>A column of CSV, a member of a JSON object.</summary>
/// <param name="name">An identifier: it needs no escaping anywhere.</param>
internal sealed class Column(string name)
{
    private readonly byte[] key = Encoding.UTF8.GetBytes($"\"{name}\":");
    private readonly byte[] heading = Encoding.UTF8.GetBytes(name);

    public ReadOnlySpan<byte> Key => key;

    public ReadOnlySpan<byte> Heading => heading;
}
