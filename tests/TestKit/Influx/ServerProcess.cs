using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Plantroom.TestKit.Mosquitto;

namespace Plantroom.TestKit.Influx;

/// <summary>
/// A server as a process that writes into a file what it says. It ends with the test, also when the test host dies: a shell beside it waits
/// for the end of its input, which comes when nobody holds the other end any more. It is ended by its id, never by name.
/// </summary>
public sealed class ServerProcess : IAsyncDisposable
{
    /// <summary>Below the ports that the system gives to connections, so that the server finds its own again when it is started again.</summary>
    private const int FirstPort = 20_000;

    private const int LastPort = 32_000;

    /// <summary>As many files as may be: a store that is written to all over the years opens many.</summary>
    private const string Watched =
        """
        exec 3<&0
        log=$1; shift
        ulimit -n "$(ulimit -H -n)"
        "$@" 3<&- >>"$log" 2>&1 &
        server=$!
        echo $server
        { read -r _; kill -KILL $server; } <&3 >/dev/null 2>&1 &
        watch=$!
        exec >/dev/null 2>&1 3<&-
        wait $server
        code=$?
        kill -KILL $watch
        exit $code
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private readonly Process shell;
    private readonly string log;

    private ServerProcess(Process shell, int id, string log) => (this.shell, Id, this.log) = (shell, id, log);

    /// <summary>The server's own id.</summary>
    public int Id { get; }

    /// <summary>Starts a program. When it is not installed, the test is skipped, or fails where everything must be there (CI=true).</summary>
    /// <param name="program">What it is called.</param>
    /// <param name="package">Debian's package of it.</param>
    /// <param name="log">Where it writes what it says; appended.</param>
    /// <param name="arguments">What it is called with.</param>
    public static ServerProcess Start(string program, string package, string log, params string[] arguments)
    {
        var path = MosquittoProcess.Installed(program, package);
        var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Watched, "sh", log, path, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        return new(shell, int.Parse(shell.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture), log);
    }

    /// <summary>A port of 127.0.0.1 that nobody listens on at the moment.</summary>
    public static int FreePort()
    {
        while (true)
        {
            var port = Random.Shared.Next(FirstPort, LastPort);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException)
            {
                // Taken: another one.
            }
        }
    }

    /// <summary>Waits until it answers.</summary>
    /// <exception cref="InvalidOperationException">It has ended, or does not answer; the message tells what it said.</exception>
    public async Task WaitUntilAsync(Func<CancellationToken, Task<bool>> answers, CancellationToken cancellationToken)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await IsTrueAsync(answers, cancellationToken))
        {
            if (shell.HasExited || TimeProvider.System.GetElapsedTime(start) > Patience)
                throw new InvalidOperationException($"{shell.StartInfo.ArgumentList[4]} does not answer; it said: {File.ReadAllText(log)}");
            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>It does nothing any more, but its connections stay, as with a machine that hangs.</summary>
    public void Freeze() => Signal("-STOP");

    /// <summary>It goes on.</summary>
    public void Thaw() => Signal("-CONT");

    /// <summary>Asks it to end, as a service manager does, and waits until it has.</summary>
    public Task StopAsync() => EndAsync("-TERM");

    /// <summary>Ends it at once, as a crash would.</summary>
    public Task KillAsync() => EndAsync("-KILL");

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        shell.Dispose();
    }

    private static async Task<bool> IsTrueAsync(Func<CancellationToken, Task<bool>> answers, CancellationToken cancellationToken)
    {
        try
        {
            return await answers(cancellationToken);
        }
        catch (Exception e) when (e is HttpRequestException or SocketException)
        {
            return false;
        }
    }

    private async Task EndAsync(string signal)
    {
        if (!shell.HasExited) Signal(signal);
        await shell.WaitForExitAsync(CancellationToken.None).WaitAsync(Patience, TimeProvider.System);
    }

    private void Signal(string signal)
    {
        using var kill = Process.Start("kill", [signal, Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }
}
