namespace Plantroom.TestKit.Fakes;

/// <summary>A site model that a test replaces.</summary>
public sealed class FakeFacilitySource(Facility facility) : IFacilitySource
{
    public Facility Current { get; private set; } = facility;

    public event Action<Facility>? Changed;

    public void Change(Facility model)
    {
        Current = model;
        Changed?.Invoke(model);
    }
}
