using Microsoft.Extensions.Options;

namespace Plantroom.Host.Bus;

/// <summary>Registers the bus that the setting <c>Bus:Kind</c> names, for readings and for changes of alarms.</summary>
internal static class BusModule
{
    public static void AddBus(this IServiceCollection services)
    {
        services.AddOptions<BusOptions>().BindConfiguration(BusOptions.Section);
        services.AddSingleton(new SettingsSection(BusOptions.Section, typeof(BusOptions))).AddSingleton<IStartupCheck, BusCheck>();
        services.AddSingleton<BusMetrics>().AddSingleton<BusClients>();
        services.AddSingleton<BusFormat<ReadingBatch>, ReadingFormat>().AddSingleton<BusFormat<AlarmChange>, AlarmFormat>();
        services.AddHealthChecks().AddCheck<BusHealth>("bus", tags: ["ready"]);
        services.AddSingleton(Bus<ReadingBatch>).AddSingleton(Bus<AlarmChange>);
    }

    private static IBus<T> Bus<T>(IServiceProvider services)
        where T : class =>
        services.GetRequiredService<IOptions<BusOptions>>().Value.Kind is BusKind.Mqtt
            ? ActivatorUtilities.CreateInstance<MqttBus<T>>(services)
            : new InMemoryBus<T>();
}
