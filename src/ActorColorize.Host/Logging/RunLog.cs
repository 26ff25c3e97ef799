using ActorColorize.Data.Storage;
using ActorColorize.Host.Displays;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace ActorColorize.Host.Logging;

/// <summary>
/// The log of one run or job: a rolling file that holds everything from Information up (at most 5 files of 10 MB), and warnings on the
/// terminal; a daemon with <see cref="LogFormat"/> JSON writes everything to standard output as well.
/// Every line carries the run's or job's id. A log that cannot be written does not stop the work.
/// </summary>
internal sealed class RunLog : IDisposable
{
    private const long FileBytes = 10_000_000;
    private const int Files = 5;
    private const string FileLayout =
        "{Timestamp:yyyy-MM-ddTHH:mm:ss.fffzzz} [{Level:u3}] {Id} {SourceContext} {Message:lj}{NewLine}{Exception}";

    private readonly Serilog.Core.Logger _file;
    private readonly Serilog.Core.Logger _all;
    private readonly Serilog.Core.Logger _front;

    private readonly Screen _screen;

    private RunLog(Serilog.Core.Logger file, Serilog.Core.Logger all, Serilog.Core.Logger front, string path, Screen screen)
    {
        _file = file;
        _all = all;
        _front = front;
        _screen = screen;
        Path = path;
        Factory = new SerilogLoggerFactory(front);
    }

    /// <summary>The first log file; when it is full, the next ones get a number before the extension.</summary>
    public string Path { get; }

    /// <summary>Loggers for everything that runs under this id, including Akka's.</summary>
    public ILoggerFactory Factory { get; }

    /// <summary>Opens a log.</summary>
    /// <param name="folder">The folder of the log files; made when the first line is written.</param>
    /// <param name="id">Id of the run or job.</param>
    /// <param name="screen">Where warnings are shown.</param>
    /// <param name="verbose">Whether notices are shown as well.</param>
    /// <param name="fileName">Name of the first log file; processes that log into one folder have files of their own.</param>
    /// <param name="time">Tells the time; null: the system does.</param>
    public static RunLog Open(
        string folder,
        string id,
        Screen screen,
        bool verbose,
        string fileName = "actorcolorize.log",
        TimeProvider? time = null
    )
    {
        var path = System.IO.Path.Combine(folder, fileName);
        var file = new LoggerConfiguration()
            .Enrich.WithProperty("Id", id)
            .WriteTo.File(
                path,
                outputTemplate: FileLayout,
                fileSizeLimitBytes: FileBytes,
                rollOnFileSizeLimit: true,
                retainedFileCountLimit: Files
            )
            .CreateLogger();
        var isEvents = screen.Style == OutputStyle.Events;
        var all = new LoggerConfiguration()
            .WriteTo.Logger(file)
            .WriteTo.Sink(
                isEvents ? new CompactJsonSink(screen, id) : new ScreenSink(screen),
                verbose || isEvents ? LogEventLevel.Information : LogEventLevel.Warning
            )
            .CreateLogger();
        var front = new LoggerConfiguration()
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .WriteTo.Sink(new RelayedLines(new RemotingLines(all, time ?? TimeProvider.System)))
            .CreateLogger();
        return new RunLog(file, all, front, path, screen);
    }

    /// <summary>Writes an error with its stack trace to the file only; the caller writes one line to the terminal.</summary>
    public void Fault(Exception exception, string message) => _file.Error(exception, "{Message:l}", message);

    /// <summary>Takes in an event that a node's process has written as compact JSON.</summary>
    /// <param name="node">The node.</param>
    /// <param name="line">A line of its standard output.</param>
    /// <returns>Whether the line is such an event.</returns>
    public bool Relay(string node, string line)
    {
        if (!RelayedLines.TryParse(line, "node", node, out var logEvent))
            return false;
        _all.Write(logEvent);
        return true;
    }

    /// <summary>Flushes and closes the file. If the disk is full, lines are lost, but not the work.</summary>
    public void Dispose()
    {
        Factory.Dispose();
        _front.Dispose();
        _all.Dispose();
        try
        {
            _file.Dispose();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            _screen.Warn($"the last lines of the log could not be written to {Path}: {StorageFault.Reason(fault)}");
        }
    }
}
