using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ActorColorize.Actors.Tests.Postgres;

/// <summary>
/// A PostgreSQL server of its own, in a scratch folder, on a free port of the loopback address and a socket beside its data. It can be
/// killed and started again. A watchman ends it and removes its folder when this object is disposed of, and also when this process dies.
/// </summary>
public sealed class PostgresServer : IDisposable
{
    /// <summary>Password of the superuser <c>postgres</c>, which the loopback address asks for and the socket does not.</summary>
    public const string Password = "open sesame";

    private readonly PostgresPrograms _programs = PostgresPrograms.Find();
    private readonly string _folder;
    private readonly System.Diagnostics.Process _watchman;

    /// <summary>Makes a cluster and starts it.</summary>
    public PostgresServer()
        : this(syncs: false) { }

    /// <summary>Makes a cluster and starts it.</summary>
    /// <param name="syncs">Whether a commit waits for the disk: for measurements. Without it the data survive the death of the server, but
    /// not of the machine.</param>
    /// <param name="settings">Further settings, such as <c>max_connections = 5</c>.</param>
    internal PostgresServer(bool syncs, params string[] settings)
    {
        _folder = _programs.MakeFolder();
        _watchman = _programs.StartWatchman(_folder, Data);
        var password = Path.Combine(_folder, "password");
        _programs.Write(password, Password);
        _programs.Run(
            "initdb",
            [
                "-D",
                Data,
                "-U",
                "postgres",
                "-E",
                "UTF8",
                .. _programs.Locale,
                "--auth-local=trust",
                "--auth-host=scram-sha-256",
                $"--pwfile={password}",
                "--no-sync",
            ]
        );
        string[] all =
        [
            "listen_addresses = '127.0.0.1'",
            $"unix_socket_directories = '{_folder}'",
            "max_connections = 30",
            "shared_buffers = 32MB",
            "log_min_messages = warning",
            syncs ? "fsync = on" : "fsync = off",
            .. settings,
        ];
        _programs.Append(Path.Combine(Data, "postgresql.conf"), string.Concat(all.Select(setting => setting + "\n")));
        const int attempts = 5;
        for (var attempt = 1; !IsRunning; attempt++)
        {
            Port = FreePort();
            try
            {
                Start();
                IsRunning = true;
            }
            catch (InvalidOperationException) when (attempt < attempts)
            {
                Port = 0; // somebody else was faster to take the port
            }
        }
    }

    /// <summary>Its TCP port; stays the same when it is started again.</summary>
    public int Port { get; private set; }

    /// <summary>Whether it was started and not stopped.</summary>
    public bool IsRunning { get; private set; }

    private string Data => Path.Combine(_folder, "data");

    /// <summary>Makes a database.</summary>
    /// <returns>Its connection string, over the loopback address.</returns>
    public string CreateDatabase()
    {
        var name = $"jobs_{Guid.NewGuid():n}";
        Execute("postgres", $"CREATE DATABASE {name}");
        return Connection(name);
    }

    /// <summary>The connection string of a database, over the loopback address.</summary>
    public string Connection(string database) => $"Host=127.0.0.1;Port={Port};Username=postgres;Password={Password};Database={database}";

    /// <summary>
    /// The connection string of a database through the socket: whoever can reach the folder reaches it, from a network of his own as well.
    /// </summary>
    public string ThroughSocket(string connection) =>
        $"Host={_folder};Port={Port};Username=postgres;Tcp Keepalive=false;Database={connection[(connection.LastIndexOf('=') + 1)..]}";

    /// <summary>Executes SQL as superuser, over the socket.</summary>
    /// <returns>What it answers, unaligned.</returns>
    public string Execute(string database, string sql) =>
        _programs
            .Run(
                "psql",
                "-h",
                _folder,
                "-p",
                Port.ToString(CultureInfo.InvariantCulture),
                "-U",
                "postgres",
                "-d",
                database,
                "-v",
                "ON_ERROR_STOP=1",
                "-A",
                "-t",
                "-q",
                "-X",
                "-c",
                sql
            )
            .Trim();

    /// <summary>The server's processes are killed: whatever was under way is lost, whatever was committed is not.</summary>
    public void Kill()
    {
        _programs.Run("pg_ctl", "-D", Data, "-m", "immediate", "stop");
        IsRunning = false;
    }

    /// <summary>Starts it again after <see cref="Kill"/>, on the same port.</summary>
    public void StartAgain()
    {
        Start();
        IsRunning = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (IsRunning)
            Kill();
        _programs.Remove(_folder);
        _watchman.StandardInput.Close(); // there is nothing left to do for it
        _watchman.Dispose();
    }

    private void Start() =>
        _programs.Run("pg_ctl", "-D", Data, "-l", Path.Combine(_folder, "log"), "-o", $"-p {Port}", "-w", "-t", "120", "start");

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
