using System.Diagnostics;
using System.Globalization;

namespace ActorColorize.Actors.Tests.Postgres;

/// <summary>PostgreSQL's programs on this host, run under an account that the server accepts: it refuses to run as root.</summary>
internal sealed class PostgresPrograms
{
    private const string DebianFolder = "/usr/lib/postgresql";

    private readonly string _folder;
    private readonly int _version;
    private readonly string? _account;

    private PostgresPrograms(string folder, int version)
    {
        _folder = folder;
        _version = version;
        _account = Environment.UserName == "root" ? "postgres" : null; // Debian's package makes that account
    }

    /// <summary>
    /// What <c>initdb</c> is told about languages: where it can, one that orders text as people do and not by its bytes, since that is what
    /// a database often has.
    /// </summary>
    internal string[] Locale => _version >= 15 ? ["--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en"] : ["--locale=C.UTF-8"];

    /// <summary>Debian's newest, else what is on the path.</summary>
    /// <exception cref="InvalidOperationException">There is none: one line that says what to install.</exception>
    internal static PostgresPrograms Find()
    {
        var debian = Directory.Exists(DebianFolder)
            ? Directory
                .GetDirectories(DebianFolder)
                .Where(folder => File.Exists(Path.Combine(folder, "bin", "initdb")))
                .Select(folder =>
                    (
                        Folder: Path.Combine(folder, "bin"),
                        Version: int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var version) ? version : 0
                    )
                )
                .OrderByDescending(found => found.Version)
                .FirstOrDefault()
            : default;
        if (debian.Folder is not null)
            return new PostgresPrograms(debian.Folder, debian.Version);
        var onPath = (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':')
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")));
        return onPath is not null
            ? new PostgresPrograms(onPath, 0)
            : throw new InvalidOperationException(
                $"PostgreSQL is missing: its initdb is neither in {DebianFolder}/*/bin nor on the path. "
                    + "Install it (Debian, Ubuntu: apt-get install postgresql)."
            );
    }

    /// <summary>A new folder that belongs to the server's account.</summary>
    internal string MakeFolder()
    {
        var folder = Directory.CreateTempSubdirectory("actorcolorize-pg-").FullName;
        if (_account is not null)
            Run(new ProcessStartInfo("chown", [_account, folder]));
        return folder;
    }

    /// <summary>Writes a file as the server's account.</summary>
    internal void Write(string file, string text) => Run(Command("sh", "-c", "cat > \"$1\"", "sh", file), text);

    /// <summary>Adds to a file as the server's account.</summary>
    internal void Append(string file, string text) => Run(Command("sh", "-c", "cat >> \"$1\"", "sh", file), text);

    /// <summary>Runs one of the programs and waits for it.</summary>
    /// <returns>What it wrote.</returns>
    internal string Run(string program, params string[] arguments) => Run(Command(Path.Combine(_folder, program), arguments));

    /// <summary>
    /// A process that waits for the end of its standard input, then ends the server and removes the folder. It is not a child of the test
    /// process, so that it outlives a test process that is killed with all its children.
    /// </summary>
    internal System.Diagnostics.Process StartWatchman(string folder, string data)
    {
        const string script = "cat > /dev/null; \"$1/pg_ctl\" -D \"$2\" -m immediate stop > /dev/null 2>&1; cd /; rm -rf \"$3\"";
        var start = Command("setsid", "--fork", "sh", "-c", script, "sh", _folder, data, folder);
        start.UseShellExecute = false;
        start.RedirectStandardInput = true;
        return System.Diagnostics.Process.Start(start)!;
    }

    /// <summary>Removes a folder of the server's account.</summary>
    internal void Remove(string folder) => Run(Command("rm", "-rf", folder));

    private ProcessStartInfo Command(string program, params string[] arguments)
    {
        var start = _account is null
            ? new ProcessStartInfo(program, arguments)
            : new ProcessStartInfo("setpriv", ["--reuid", _account, "--regid", _account, "--clear-groups", program, .. arguments]);
        start.WorkingDirectory = "/";
        start.Environment["LC_ALL"] = "C.UTF-8";
        return start;
    }

    private static string Run(ProcessStartInfo start, string? input = null)
    {
        // A server that a program leaves behind would hold pipes open, so what is written goes through files of the shell.
        var (output, error) = (Path.GetTempFileName(), Path.GetTempFileName());
        try
        {
            var shell = new ProcessStartInfo(
                "sh",
                [
                    "-c",
                    "out=$1; err=$2; shift 2; exec \"$@\" > \"$out\" 2> \"$err\"",
                    "sh",
                    output,
                    error,
                    start.FileName,
                    .. start.ArgumentList,
                ]
            )
            {
                WorkingDirectory = start.WorkingDirectory.Length > 0 ? start.WorkingDirectory : "/",
                UseShellExecute = false,
                RedirectStandardInput = true,
            };
            shell.Environment["LC_ALL"] = "C.UTF-8";
            using var process = System.Diagnostics.Process.Start(shell)!;
            process.StandardInput.Write(input ?? "");
            process.StandardInput.Close();
            process.WaitForExit();
            return process.ExitCode == 0
                ? File.ReadAllText(output)
                : throw new InvalidOperationException(
                    $"{Path.GetFileName(start.FileName)} {string.Join(' ', start.ArgumentList)} failed ({process.ExitCode}): "
                        + $"{File.ReadAllText(output)}{File.ReadAllText(error)}"
                );
        }
        finally
        {
            File.Delete(output);
            File.Delete(error);
        }
    }
}
