using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Failures;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Commands;

/// <summary>The options of <c>dashboard</c>.</summary>
/// <param name="DataFolder">The daemon's data folder.</param>
internal sealed record DashboardOptions(string DataFolder);

/// <summary><c>dashboard</c>: prints a link to the dashboard of the daemon on this machine.</summary>
internal sealed class DashboardCommand(CommandContext context)
    : BoundCommand<DashboardOptions>(
        "dashboard",
        "Print a link to the dashboard of the daemon on this machine (see serve). The link signs one browser tab in, works once, and "
            + "expires after an hour.",
        new("dashboard", "the daemon of this account"),
        new("dashboard --data-folder /srv/actorcolorize", "a daemon with another data folder")
    )
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public readonly Option<string> Data = DaemonOptions.Data("Data folder of a daemon on this machine");
    public readonly Option<bool> Json = OptionValues.Json();

    /// <inheritdoc/>
    protected override DashboardOptions Bind(ParseResult parsed) =>
        new(parsed.GetValue(Data) is { } folder ? Path.GetFullPath(folder) : GatewayFile.DefaultFolder);

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(DashboardOptions options)
    {
        var server = await ServerAsync(options.DataFolder);
        if (server.Token is null)
        {
            Tell(server.Url, null); // the browser's certificate signs in
            return ExitCode.Success;
        }

        using var client = new HttpClient { BaseAddress = new Uri(server.Url), Timeout = Patience };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.Token);
        try
        {
            using var answer = await client.PostAsync("/v1/sign-in/codes", null, context.Stop.Token);
            if (answer.StatusCode == HttpStatusCode.NotFound)
                throw new UserException(ExitCode.Daemon, "this daemon serves no dashboard: its setting 'rest.dashboard' is off");
            answer.EnsureSuccessStatusCode();
            var link = await answer.Content.ReadFromJsonAsync<JsonElement>(context.Stop.Token);
            Tell(link.GetProperty("url").GetString()!, link.GetProperty("expires_at").GetDateTimeOffset());
            return ExitCode.Success;
        }
        catch (Exception silence)
            when (silence is HttpRequestException or TaskCanceledException && !context.Stop.Token.IsCancellationRequested)
        {
            throw new UserException(ExitCode.Daemon, $"no daemon answers at {server.Url}: start one with 'actorcolorize serve'", silence);
        }
    }

    private void Tell(string url, DateTimeOffset? expiresAt)
    {
        context.Screen.Line(url);
        context.Screen.Json(new { Url = url, ExpiresAt = expiresAt });
    }

    private static async Task<Server> ServerAsync(string dataFolder)
    {
        var path = Path.Combine(dataFolder, "rest.json");
        try
        {
            var file = JsonDocument.Parse(await File.ReadAllBytesAsync(path)).RootElement;
            return new(file.GetProperty("url").GetString()!, file.GetProperty("token").GetString());
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UserException(
                ExitCode.Daemon,
                $"no daemon with a dashboard runs on the data folder {dataFolder}: start one with 'actorcolorize serve' (or name its data "
                    + "folder with --data-folder; 'rest.dashboard' must not be off)",
                missing
            );
        }
        catch (Exception unreadable)
            when (unreadable
                    is IOException
                        or UnauthorizedAccessException
                        or JsonException
                        or KeyNotFoundException
                        or InvalidOperationException
            )
        {
            throw new UserException(ExitCode.Daemon, $"{path} cannot be read: {unreadable.Message}", unreadable);
        }
    }

    private sealed record Server(string Url, string? Token);
}
