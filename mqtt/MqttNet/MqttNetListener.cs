using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using MQTTnet.Adapter;
using MQTTnet.Diagnostics.Logger;
using MQTTnet.Formatter;
using MQTTnet.Implementations;
using MQTTnet.Server;

namespace Plantroom.Mqtt.MqttNet;

/// <summary>Brings connections to MQTTnet's server: those of its own socket, and those that others have accepted.</summary>
internal sealed class MqttNetListener(MqttBrokerOptions options, Func<IMqttChannelAdapter, MqttNetConnection> connect) : IMqttServerAdapter
{
    private const int Backlog = 512;

    /// <summary>A handler that hangs does not keep the process from stopping. Real time, as it bounds the stop.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(1.8);

    private readonly ConcurrentDictionary<Task, bool> running = new();
    private readonly CancellationTokenSource stopping = new();
    private Socket? socket;

    /// <inheritdoc/>
    public Func<IMqttChannelAdapter, Task>? ClientHandler { get; set; }

    public IPEndPoint? EndPoint => (IPEndPoint?)socket?.LocalEndPoint;

    /// <summary>How many are connected.</summary>
    public int Connections => running.Count;

    /// <exception cref="SocketException">The port is taken or may not be opened.</exception>
    public void Open()
    {
        var address = IPAddress.Parse(options.Address);
        var opened = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            opened.Bind(new IPEndPoint(address, options.Port));
            opened.Listen(Backlog);
            socket = opened;
        }
        catch (SocketException)
        {
            opened.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Task StartAsync(MqttServerOptions options, IMqttNetLogger logger)
    {
        _ = AcceptAsync(socket!);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync()
    {
        await stopping.CancelAsync();
        await Task.WhenAll(running.Keys).WaitAsync(StopPatience, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        socket?.Dispose();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        socket?.Dispose();
        stopping.Dispose();
    }

    /// <summary>Serves one connection until it has ended; closes the stream.</summary>
    public async Task ServeAsync(Stream stream, EndPoint? remote)
    {
        var serving = RunAsync(stream, remote);
        running[serving] = true;
        await serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        running.TryRemove(serving, out _);
    }

    private async Task AcceptAsync(Socket listening)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var accepted = await listening.AcceptAsync(stopping.Token);
                accepted.NoDelay = true;
                _ = ServeAsync(new NetworkStream(accepted, ownsSocket: true), accepted.RemoteEndPoint);
            }
            catch (Exception exception) when (exception is SocketException && !stopping.IsCancellationRequested)
            {
                // Above all "too many open files": it passes when others close theirs.
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task RunAsync(Stream stream, EndPoint? remote)
    {
        await Task.Yield();
        await using var closed = stream;
        using var channel = new MqttTcpChannel(stream, EndPoint, remote, null);
        var formatter = new MqttPacketFormatterAdapter(new MqttBufferWriter(4096, 65_535));
        using var inner = new MqttChannelAdapter(channel, formatter, MqttNetNullLogger.Instance);
        using var connection = connect(inner);
        if (ClientHandler is { } handle) await handle(connection);
    }
}
