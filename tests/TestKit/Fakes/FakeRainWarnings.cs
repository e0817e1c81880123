namespace Plantroom.TestKit.Fakes;

/// <summary>Rain warnings that a test sets.</summary>
public sealed class FakeRainWarnings : IRainWarnings
{
    public IReadOnlyList<RainWarning> Current { get; set; } = [];
}
