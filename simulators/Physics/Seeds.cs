namespace Plantroom.Simulators.Physics;

/// <summary>
/// Random numbers of the twin's parts. Each part has a sequence of its own, told by the seed and the part's name, so that a
/// change of one part does not change the others.
/// </summary>
internal sealed class Seeds(int seed)
{
    private const uint FnvOffset = 2166136261;
    private const uint FnvPrime = 16777619;

    public Random For(string part)
    {
        var hash = FnvOffset ^ (uint)seed;
        foreach (var letter in part) hash = (hash ^ letter) * FnvPrime;
        return new((int)hash);
    }

    public Noise NoiseFor(string part, double sigma, double correlationSeconds) => new(For(part), sigma, correlationSeconds);
}
