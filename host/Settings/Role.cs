namespace Plantroom.Host.Settings;

/// <summary>A part of the system that one process can run.</summary>
internal enum Role
{
    /// <summary>The embedded MQTT broker.</summary>
    Broker,

    /// <summary>Device messages to readings.</summary>
    Gateway,

    /// <summary>Readings to the store, and history out of it.</summary>
    Ingest,

    /// <summary>Readings to alarms.</summary>
    Alerts,

    /// <summary>Preventive maintenance.</summary>
    Maintenance,

    /// <summary>Meters to consumption.</summary>
    Energy,

    /// <summary>The pages and the hub.</summary>
    Dashboard,

    /// <summary>The simulated building.</summary>
    Simulators,
}
