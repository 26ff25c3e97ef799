using System.Text;

namespace ActorColorize.Actors.DeviceProcess;

/// <summary>
/// Ends a child process of this program when its parent ends, for whatever reason. There are three mechanisms, because each has a gap: the
/// kernel's signal at the parent's end (Linux only, and only from the moment it is requested), the comparison of the parent's id with the
/// bootstrap message's (for an end before that moment), and the end of standard input.
/// </summary>
public static class ParentWatchdog
{
    private const int Orphaned = 0; // no process is left to read it

    /// <summary>Waits for the bootstrap message and ends this process when its sender ends. Must be called before anything else.</summary>
    /// <param name="input">Standard input.</param>
    /// <exception cref="DeviceProcessException">There is no bootstrap message, or the parent has already ended.</exception>
    public static DeviceBootstrap Accept(Stream input) => Accept(input, DeviceBootstrap.Parse, bootstrap => bootstrap.ParentProcess);

    /// <summary>The same for any kind of process that is started by a line on its standard input.</summary>
    /// <param name="input">Standard input.</param>
    /// <param name="parse">Reads the line.</param>
    /// <param name="parent">Gets the parent's process id from the message.</param>
    /// <exception cref="DeviceProcessException">There is no bootstrap message, or the parent has already ended.</exception>
    public static T Accept<T>(Stream input, Func<string, T> parse, Func<T, int> parent)
    {
        ArgumentNullException.ThrowIfNull(parse);
        ArgumentNullException.ThrowIfNull(parent);
        if (OperatingSystem.IsLinux())
            PosixProcess.DieWithParent();
        var bootstrap = parse(ReadLine(input));
        if (!OperatingSystem.IsWindows() && PosixProcess.ParentId != parent(bootstrap))
            throw new DeviceProcessException("the process that started this one has ended");
        new Thread(() => LeaveAtEndOf(input)) { IsBackground = true, Name = "parent watchdog" }.Start();
        return bootstrap;
    }

    /// <summary>Exits immediately, without touching the device.</summary>
    public static void Leave(int code)
    {
        if (OperatingSystem.IsWindows())
            Environment.FailFast($"the process leaves with code {code}");
        else
            PosixProcess.Leave(code);
    }

    private static string ReadLine(Stream input)
    {
        var line = new List<byte>();
        for (var next = input.ReadByte(); next != '\n'; next = input.ReadByte())
        {
            if (next < 0)
                throw new DeviceProcessException("there is no bootstrap message: this command is the program's own, not for use by hand");
            line.Add((byte)next);
        }

        return Encoding.UTF8.GetString([.. line]);
    }

    private static void LeaveAtEndOf(Stream input)
    {
        while (input.ReadByte() >= 0)
        {
            // No other input follows the bootstrap message.
        }

        Leave(Orphaned);
    }
}
