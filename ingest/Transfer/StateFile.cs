using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Plantroom.Ingest.Transfer;

/// <summary>A small file that says where to go on. It is replaced as a whole; one that cannot be read counts as none.</summary>
internal sealed class StateFile<T>(string path, JsonTypeInfo<T> type)
    where T : class
{
    private string Next => path + ".next";

    public T? Load()
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), type) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public void Save(T state)
    {
        File.WriteAllBytes(Next, JsonSerializer.SerializeToUtf8Bytes(state, type));
        File.Move(Next, path, overwrite: true);
    }

    public void Delete()
    {
        File.Delete(Next);
        File.Delete(path);
    }
}

/// <summary>Serializes the states of exports and imports.</summary>
[JsonSerializable(typeof(ExportState))]
[JsonSerializable(typeof(ImportState))]
internal sealed partial class TransferJson : JsonSerializerContext;
