namespace Plantroom.TestKit.Fakes;

/// <summary>A state of the store that a test sets.</summary>
public sealed class FakeStorageStatus : IStorageStatus
{
    public StorageStatus Current { get; set; } = new() { Kind = "sqlite" };
}
