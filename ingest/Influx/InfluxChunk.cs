using System.Runtime.InteropServices;
using System.Text.Json;

namespace Plantroom.Ingest.Influx;

/// <summary>
/// A part of the answer to InfluxQL: rows of one series for one statement. Numbers lie row by row in one list; a missing one is NaN.
/// </summary>
internal sealed class InfluxChunk
{
    private readonly List<long> times = [];
    private readonly List<double> numbers = [];
    private readonly List<byte> qualities = [];
    private readonly List<string> columns = [];

    /// <summary>Which statement of the request it answers.</summary>
    public int Statement { get; private set; }

    /// <summary>The measurement.</summary>
    public string Name { get; private set; } = "";

    /// <summary>The tags that were grouped by.</summary>
    public Dictionary<string, string> Tags { get; } = new(StringComparer.Ordinal);

    /// <summary>The first text of each row, for lists of names.</summary>
    public List<string> Texts { get; } = [];

    public int Count => times.Count;

    /// <summary>When, in nanoseconds.</summary>
    public ReadOnlySpan<long> Times => CollectionsMarshal.AsSpan(times);

    /// <summary>A number of a row; the first column behind the time is 0.</summary>
    public double Number(int row, int column) => numbers[(row * (columns.Count - 1)) + column];

    /// <summary>What the row's text says of quality; good when it has none.</summary>
    public Quality Quality(int row) => Plantroom.Quality.FromByte(qualities[row]);

    /// <summary>Reads one JSON object of an answer.</summary>
    /// <param name="json">The object.</param>
    /// <param name="errors">Gets what the server says is wrong.</param>
    public static List<InfluxChunk> Read(ReadOnlySpan<byte> json, List<string> errors)
    {
        var chunks = new List<InfluxChunk>();
        var reader = new Utf8JsonReader(json);
        var statement = 0;
        while (reader.Read())
        {
            if (reader.TokenType is not JsonTokenType.PropertyName) continue;
            if (reader.ValueTextEquals("statement_id"u8))
            {
                reader.Read();
                statement = reader.GetInt32();
            }
            else if (reader.ValueTextEquals("error"u8))
            {
                reader.Read();
                errors.Add(reader.GetString() ?? "");
            }
            else if (reader.ValueTextEquals("series"u8))
            {
                reader.Read();
                while (reader.Read() && reader.TokenType is JsonTokenType.StartObject) chunks.Add(Series(ref reader, statement));
            }
            else if (!reader.ValueTextEquals("results"u8))
            {
                reader.Skip();
            }
        }

        return chunks;
    }

    private static InfluxChunk Series(ref Utf8JsonReader reader, int statement)
    {
        var chunk = new InfluxChunk { Statement = statement };
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("name"u8))
            {
                reader.Read();
                chunk.Name = reader.GetString() ?? "";
            }
            else if (reader.ValueTextEquals("columns"u8))
            {
                reader.Read();
                while (reader.Read() && reader.TokenType is JsonTokenType.String) chunk.columns.Add(reader.GetString()!);
            }
            else if (reader.ValueTextEquals("tags"u8))
            {
                reader.Read();
                chunk.ReadTags(ref reader);
            }
            else if (reader.ValueTextEquals("values"u8))
            {
                reader.Read();
                while (reader.Read() && reader.TokenType is JsonTokenType.StartArray) chunk.ReadRow(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return chunk;
    }

    private void ReadTags(ref Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var tag = reader.GetString()!;
            reader.Read();
            Tags[tag] = reader.GetString() ?? "";
        }
    }

    private void ReadRow(ref Utf8JsonReader reader)
    {
        byte quality = 0;
        for (var column = 0; reader.Read() && reader.TokenType is not JsonTokenType.EndArray; column++)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.Number when column == 0:
                    times.Add(reader.GetInt64());
                    continue;
                case JsonTokenType.Number:
                    numbers.Add(reader.GetDouble());
                    continue;
                case JsonTokenType.True or JsonTokenType.False:
                    numbers.Add(reader.TokenType is JsonTokenType.True ? 1 : 0);
                    continue;
                case JsonTokenType.String when column == 0:
                    Texts.Add(reader.GetString()!);
                    times.Add(0);
                    continue;
                case JsonTokenType.String:
                    // Words that nobody of ours writes are no reason to trust a value.
                    var known = LineNames.TryReadQuality(reader.ValueSpan, out var read);
                    quality = (known ? read : Plantroom.Quality.Uncertain(QualityReason.None)).ToByte();
                    break;
            }

            if (column > 0) numbers.Add(double.NaN);
        }

        qualities.Add(quality);
    }
}
