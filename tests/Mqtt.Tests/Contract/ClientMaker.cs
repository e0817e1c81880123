using Microsoft.Extensions.Logging;

namespace Plantroom.Mqtt.Tests.Contract;

/// <summary>How a client under test is made.</summary>
public interface IClientMaker
{
    /// <summary>What it lacks, each with the reason.</summary>
    static abstract IReadOnlyDictionary<Ability, string> Lacks { get; }

    static abstract IMqttClient Create(MqttClientOptions options, ILogger log);
}

/// <summary>The client of this project.</summary>
public sealed class OwnClient : IClientMaker
{
    public static IReadOnlyDictionary<Ability, string> Lacks { get; } = new Dictionary<Ability, string>();

    public static IMqttClient Create(MqttClientOptions options, ILogger log) =>
        new MqttClient(options, TimeProvider.System, new ForwardingLog<MqttClient>(log));
}

/// <summary>A log with the name of a type.</summary>
internal sealed class ForwardingLog<T>(ILogger to) : ILogger<T>
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => to.BeginScope(state);

    public bool IsEnabled(LogLevel logLevel) => to.IsEnabled(logLevel);

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        to.Log(logLevel, eventId, state, exception, formatter);
}
