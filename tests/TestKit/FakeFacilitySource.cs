namespace Plantroom.TestKit;

/// <summary>A site model that a test changes.</summary>
public sealed class FakeFacilitySource(Facility facility) : IFacilitySource
{
    public event Action<Facility>? Changed;

    public Facility Current { get; private set; } = facility;

    /// <summary>Takes over another model and tells the subscribers.</summary>
    public void Change(Facility model)
    {
        Current = model;
        Changed?.Invoke(model);
    }
}
