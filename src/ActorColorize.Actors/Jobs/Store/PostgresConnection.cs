using Npgsql;

namespace ActorColorize.Actors.Jobs.Store;

/// <summary>
/// How a PostgreSQL database is reached. What its connections have in common: none is pooled, so that after a fail-over none is taken for
/// good that leads to a dead server, and there are few of them: the coordinator's writer, reader and manifest writer hold one each, its
/// journal opens one for each decision. Whatever waits for the database waits for a bounded time.
/// </summary>
public sealed class PostgresConnection
{
    private readonly NpgsqlConnectionStringBuilder _given;

    private PostgresConnection(NpgsqlConnectionStringBuilder given) => _given = given;

    /// <summary>Server and database, for people; no password.</summary>
    public string Place => $"{string.Join(", ", (_given.Host ?? "").Split(',').Select(WithPort))}/{_given.Database}";

    /// <summary>The name under which the program logs in.</summary>
    public string User => _given.Username ?? Environment.UserName;

    /// <summary>The connection string as it was given, its password included: not for logs.</summary>
    public string WithPassword => _given.ToString();

    /// <summary>For the job store.</summary>
    internal string OfStore
    {
        get
        {
            var store = Bounded("actorcolorize", commandSeconds: 60);
            store.MaxAutoPrepare = 64; // all the statements there are
            store.AutoPrepareMinUsages = 2;
            return store.ToString();
        }
    }

    /// <summary>For the journal.</summary>
    internal string OfJournal => Bounded("actorcolorize journal", commandSeconds: 15).ToString();

    /// <summary>Reads a connection string, such as <c>Host=db.example.org;Username=colorize;Database=colorize</c>.</summary>
    /// <param name="text">The connection string, as Npgsql documents it.</param>
    /// <param name="password">The password, where it does not stand in the text.</param>
    /// <exception cref="FormatException">It makes no sense: one line that says why.</exception>
    public static PostgresConnection Parse(string text, string? password = null)
    {
        NpgsqlConnectionStringBuilder given;
        try
        {
            given = new NpgsqlConnectionStringBuilder(text);
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException or InvalidCastException or KeyNotFoundException)
        {
            throw new FormatException($"is no connection string of PostgreSQL: {wrong.Message.ReplaceLineEndings(" ")}", wrong);
        }

        if (string.IsNullOrEmpty(given.Host))
            throw new FormatException("names no Host");
        if (string.IsNullOrEmpty(given.Database))
            throw new FormatException("names no Database");
        if (password is null)
            return new PostgresConnection(given);
        if (!string.IsNullOrEmpty(given.Password))
            throw new FormatException("has a Password, although there is a file with one");
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
        // It would be looked for, in libraries that most hosts do not have
        Unless("GSS Encryption Mode", () => bounded.GssEncryptionMode = GssEncryptionMode.Disable);
        return bounded;

        void Unless(string isGiven, Action then)
        {
            if (!_given.Keys.Contains(isGiven, StringComparer.OrdinalIgnoreCase))
                then(); // ContainsKey would say whether there is such a key at all
        }
    }
}
