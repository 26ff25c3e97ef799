using Npgsql;

namespace ActorColorize.Actors.Jobs.Store;

/// <summary>
/// Connection settings of a PostgreSQL database. Connections are not pooled, so that after a fail-over none to a dead server is reused, and
/// there are few of them: the coordinator's writer, reader and manifest writer hold one each, its journal opens one for each decision. All
/// waits for the database are bounded.
/// </summary>
public sealed class PostgresConnection
{
    private readonly NpgsqlConnectionStringBuilder _given;

    private PostgresConnection(NpgsqlConnectionStringBuilder given) => _given = given;

    /// <summary>Server and database, for people; no password.</summary>
    public string Place => $"{string.Join(", ", (_given.Host ?? "").Split(',').Select(WithPort))}/{_given.Database}";

    /// <summary>The name of the database account.</summary>
    public string User => _given.Username ?? Environment.UserName;

    /// <summary>The connection string as it was given, including its password: never log it.</summary>
    public string WithPassword => _given.ToString();

    /// <summary>For the job store.</summary>
    internal string OfStore
    {
        get
        {
            var store = Bounded("actorcolorize", commandSeconds: 60);
            store.MaxAutoPrepare = 64; // covers all statements of the store
            store.AutoPrepareMinUsages = 2;
            return store.ToString();
        }
    }

    /// <summary>For the journal.</summary>
    internal string OfJournal => Bounded("actorcolorize journal", commandSeconds: 15).ToString();

    /// <summary>Reads a connection string, such as <c>Host=db.example.org;Username=colorize;Database=colorize</c>.</summary>
    /// <param name="text">The connection string, as Npgsql documents it.</param>
    /// <param name="password">The password, if the text does not have one.</param>
    /// <exception cref="FormatException">The connection string is not valid; the message says why in one line.</exception>
    public static PostgresConnection Parse(string text, string? password = null)
    {
        NpgsqlConnectionStringBuilder given;
        try
        {
            given = new NpgsqlConnectionStringBuilder(text);
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException or InvalidCastException or KeyNotFoundException)
        {
            throw new FormatException($"is not a valid PostgreSQL connection string: {wrong.Message.ReplaceLineEndings(" ")}", wrong);
        }

        if (string.IsNullOrEmpty(given.Host))
            throw new FormatException("has no Host");
        if (string.IsNullOrEmpty(given.Database))
            throw new FormatException("has no Database");
        if (password is null)
            return new PostgresConnection(given);
        if (!string.IsNullOrEmpty(given.Password))
            throw new FormatException("has a Password, although a password file is given");
        given.Password = password;
        return new PostgresConnection(given);
    }

    /// <inheritdoc/>
    public override string ToString() => Place;

    private string WithPort(string host) =>
        host.StartsWith('/') || !host.Contains(':', StringComparison.Ordinal) ? $"{host.Trim()}:{_given.Port}" : host.Trim();

    private NpgsqlConnectionStringBuilder Bounded(string name, int commandSeconds)
    {
        const int deadAfterSeconds = 10;
        var bounded = new NpgsqlConnectionStringBuilder(_given.ToString()) { Pooling = false };
        Unless("Application Name", () => bounded.ApplicationName = name);
        Unless("Timeout", () => bounded.Timeout = 5);
        Unless("Command Timeout", () => bounded.CommandTimeout = commandSeconds);
        Unless("Tcp Keepalive", () =>
        {
            bounded.TcpKeepAlive = true;
            bounded.TcpKeepAliveTime = deadAfterSeconds;
            bounded.TcpKeepAliveInterval = deadAfterSeconds / 5;
        });
        // Otherwise Npgsql looks for GSS libraries that most hosts do not have
        Unless("GSS Encryption Mode", () => bounded.GssEncryptionMode = GssEncryptionMode.Disable);
        return bounded;

        void Unless(string isGiven, Action then)
        {
            if (!_given.Keys.Contains(isGiven, StringComparer.OrdinalIgnoreCase))
                then(); // ContainsKey only says whether the keyword exists
        }
    }
}
