using System.CommandLine;
using ActorColorize.Client;
using ActorColorize.Host.Training;
using ActorColorize.Protocol;

namespace ActorColorize.Host.CommandLine;

/// <summary>The options that select a daemon; environment variables replace those that are not given.</summary>
/// <param name="earlier">An earlier name of the data folder's option, which is also accepted.</param>
internal sealed class DaemonOptions(string earlier = DaemonOptions.EarlierDataOption) : IOptionGroup
{
    /// <summary>Earlier name of the data folder's option; <c>run start</c> uses it for pictures.</summary>
    public const string EarlierDataOption = "--data";

    private readonly Option<string> _daemon = OptionValues.Path(
        "--daemon",
        "HOST:PORT,…",
        "A remote daemon, or a cluster's coordinators [default: $ACTORCOLORIZE_DAEMON, else the daemon of the data folder]"
    );
    private readonly Option<string> _data = Data("Data folder of a daemon on this machine", earlier);
    private readonly Option<string> _certificate = OptionValues.Path(
        "--certificate",
        "FILE",
        "PEM file with this client's certificate and private key [default: $ACTORCOLORIZE_CERTIFICATE]"
    );
    private readonly Option<string> _authority = OptionValues.Path(
        "--authority",
        "FILE",
        "PEM file with the certificate of the authority that issued the daemon's certificate [default: $ACTORCOLORIZE_AUTHORITY]"
    );

    /// <summary>The data folder's option.</summary>
    public static Option<string> Data(string description, string earlier = EarlierDataOption) =>
        OptionValues.Path("--data-folder", "FOLDER", $"{description} [default: $ACTORCOLORIZE_DATA, else the account's]").Formerly(earlier);

    /// <inheritdoc/>
    public void AddTo(Command command)
    {
        foreach (var option in new[] { _daemon, _data, _certificate, _authority })
            command.Options.Add(option);
    }

    /// <summary>The daemon that the options select.</summary>
    public ClientOptions Of(ParseResult parsed)
    {
        var folder = parsed.GetValue(_data);
        return new ClientOptions
        {
            Daemon = parsed.GetValue(_daemon) ?? (folder is null ? Variable("ACTORCOLORIZE_DAEMON") : null),
            DataFolder = folder is null ? GatewayFile.DefaultFolder : Path.GetFullPath(folder),
            CertificateFile = parsed.GetValue(_certificate) ?? Variable("ACTORCOLORIZE_CERTIFICATE"),
            AuthorityFile = parsed.GetValue(_authority) ?? Variable("ACTORCOLORIZE_AUTHORITY"),
            Program = $"actorcolorize {RunPreparation.ProgramVersion}",
        };
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
