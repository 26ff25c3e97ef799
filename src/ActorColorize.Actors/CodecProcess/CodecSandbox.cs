using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace ActorColorize.Actors.CodecProcess;

/// <summary>
/// Takes from a codec process what it does not need. <list type="bullet">
/// <item>Resource limits: memory (<c>RLIMIT_DATA</c>), open files, no core dumps.</item>
/// <item>seccomp, for the whole process: only the system calls of computing, reading, and writing what is open already. No file can be
/// opened for writing or made, no socket, no process, and no other process can be signalled or traced.</item>
/// <item>Landlock, for the thread that decodes and all that it starts: of the file system only the program, its libraries and the system's
/// figures can be read.</item>
/// </list>
/// </summary>
/// <remarks>Sources: seccomp(2), bpf(4), landlock(7), getrlimit(2). System calls that are not in the list fail with EPERM.</remarks>
[SupportedOSPlatform("linux")]
internal static unsafe partial class CodecSandbox
{
    private const int DataLimit = 2; // RLIMIT_DATA: private memory that can be written; .NET reserves far more than it uses
    private const int CoreLimit = 4; // RLIMIT_CORE
    private const int FilesLimit = 7; // RLIMIT_NOFILE
    private const ulong MostFiles = 256;
    private const int NoNewPrivileges = 38; // PR_SET_NO_NEW_PRIVS

    /// <summary>Protects the process.</summary>
    /// <param name="memory">Bytes that it may use at first.</param>
    /// <param name="mostMemory">Bytes up to which <see cref="LimitMemory"/> may go later.</param>
    /// <returns>What the system offers, in words.</returns>
    public static string Enter(long memory, long mostMemory)
    {
        SetLimit(CoreLimit, 0, 0);
        SetLimit(FilesLimit, MostFiles, MostFiles);
        SetLimit(DataLimit, (ulong)memory, (ulong)mostMemory);
        if (Control(NoNewPrivileges, 1, 0, 0, 0) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        var landlock = EnterLandlock();
        var seccomp = EnterSeccomp();
        return $"seccomp {(seccomp ? "on" : "missing")}, Landlock {(landlock ? "on" : "missing")}";
    }

    /// <summary>Sets how much memory the process may use.</summary>
    public static void LimitMemory(long bytes)
    {
        Limit now;
        if (GetLimit(DataLimit, &now) == 0)
            SetLimit(DataLimit, Math.Min((ulong)bytes, now.Hard), now.Hard);
    }

    private static void SetLimit(int resource, ulong soft, ulong hard)
    {
        Limit now;
        if (GetLimit(resource, &now) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        var most = Math.Min(hard, now.Hard);
        var limit = new Limit { Soft = Math.Min(soft, most), Hard = most };
        if (SetLimit(resource, &limit) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    private static bool EnterSeccomp()
    {
        const int mode = 1; // SECCOMP_SET_MODE_FILTER
        const int allThreads = 1; // SECCOMP_FILTER_FLAG_TSYNC
        if (SeccompFilter.ForThisProcess() is not { } instructions)
            return false;
        fixed (SeccompFilter.Instruction* first = instructions)
        {
            var program = new FilterProgram { Length = (ushort)instructions.Length, Instructions = first };
            return SystemCall(SeccompFilter.SeccompCall, mode, allThreads, (nint)(&program), 0) == 0;
        }
    }

    private static bool EnterLandlock()
    {
        // The same numbers on every architecture that .NET runs on.
        const nint createRuleset = 444,
            addRule = 445,
            restrictSelf = 446;
        const ulong readFile = 1 << 2,
            readDirectory = 1 << 3;
        const int pathOnly = 0x200000 | 0x80000; // O_PATH, O_CLOEXEC
        var version = SystemCall(createRuleset, 0, 0, 1, 0);
        if (version < 1)
            return false;
        var rules = new Ruleset
        {
            // Everything that this version of Landlock knows
            Files = version switch
            {
                1 => (1UL << 13) - 1,
                2 => (1UL << 14) - 1,
                3 or 4 => (1UL << 15) - 1,
                _ => (1UL << 16) - 1,
            },
            Network = version >= 4 ? 3UL : 0, // TCP: bind, connect
            Scopes = version >= 6 ? 3UL : 0, // abstract sockets, signals
        };
        var size =
            version >= 6 ? sizeof(Ruleset)
            : version >= 4 ? 2 * sizeof(ulong)
            : sizeof(ulong);
        var ruleset = SystemCall(createRuleset, (nint)(&rules), size, 0, 0);
        if (ruleset < 0)
            return false;
        try
        {
            foreach (var path in Readable())
            {
                var descriptor = Open(path, pathOnly);
                if (descriptor < 0)
                    continue;
                var rule = new PathRule { Access = Directory.Exists(path) ? readFile | readDirectory : readFile, Descriptor = descriptor };
                _ = SystemCall(addRule, ruleset, 1, (nint)(&rule), 0);
                _ = Close(descriptor);
            }

            return SystemCall(restrictSelf, ruleset, 0, 0, 0) == 0;
        }
        finally
        {
            _ = Close((int)ruleset);
        }
    }

    private static IEnumerable<string> Readable()
    {
        yield return AppContext.BaseDirectory;
        // …/dotnet/shared/Microsoft.NETCore.App/10.0.0
        yield return Path.GetFullPath(Path.Join(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        foreach (var folder in (string[])["/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache"])
            yield return folder;
        foreach (
            var figures in (string[])["/proc/self", "/proc/meminfo", "/proc/cpuinfo", "/proc/stat", "/sys/fs/cgroup", "/sys/devices/system"]
        )
            yield return figures;
    }

    // struct rlimit
    [StructLayout(LayoutKind.Sequential)]
    private struct Limit
    {
        public ulong Soft;
        public ulong Hard;
    }

    // struct sock_fprog
    [StructLayout(LayoutKind.Sequential)]
    private struct FilterProgram
    {
        public ushort Length;
        public SeccompFilter.Instruction* Instructions;
    }

    // struct landlock_ruleset_attr
    [StructLayout(LayoutKind.Sequential)]
    private struct Ruleset
    {
        public ulong Files;
        public ulong Network;
        public ulong Scopes;
    }

    // struct landlock_path_beneath_attr
    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct PathRule
    {
        public ulong Access;
        public int Descriptor;
    }

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Control(int option, nuint argument2, nuint argument3, nuint argument4, nuint argument5);

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int GetLimit(int resource, Limit* limit);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetLimit(int resource, Limit* limit);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint SystemCall(nint number, nint argument1, nint argument2, nint argument3, nint argument4);
}
