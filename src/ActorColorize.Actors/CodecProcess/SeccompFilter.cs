using System.Runtime.InteropServices;

namespace ActorColorize.Actors.CodecProcess;

/// <summary>The system calls of a codec process, as a program for the kernel's packet filter.</summary>
/// <remarks>
/// Sources: seccomp(2); the numbers from the kernel's asm/unistd_64.h and asm-generic/unistd.h. The program lets through what is listed and
/// answers everything else with EPERM, so that libraries that probe for newer calls fall back.
/// </remarks>
internal static class SeccompFilter
{
    private const uint Allow = 0x7fff0000; // SECCOMP_RET_ALLOW
    private const uint Kill = 0x80000000; // SECCOMP_RET_KILL_PROCESS
    private const uint NotPermitted = 0x00050000 | 1; // SECCOMP_RET_ERRNO, EPERM
    private const uint NotImplemented = 0x00050000 | 38; // ENOSYS: the C library then uses clone

    private const ushort Load = 0x20; // BPF_LD | BPF_W | BPF_ABS
    private const ushort IfEqual = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
    private const ushort IfAnyBit = 0x45; // BPF_JMP | BPF_JSET | BPF_K
    private const ushort Return = 0x06; // BPF_RET | BPF_K

    private const uint NumberAt = 0; // struct seccomp_data
    private const uint ArchitectureAt = 4;

    private const uint WritingFlags = 0x3 | 0x40 | 0x200 | 0x400000; // O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, O_TMPFILE
    private const uint ThreadFlag = 0x10000; // CLONE_THREAD
    private const uint SetName = 15; // PR_SET_NAME

    private static bool IsArm => RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    /// <summary>The number of seccomp(2).</summary>
    public static nint SeccompCall => IsArm ? 277 : 317;

    /// <summary>Calls without conditions: name, number on x86-64, number on 64-bit ARM (-1: it does not have it).</summary>
    private static readonly (string Name, int X64, int Arm64)[] Plain =
    [
        ("read", 0, 63),
        ("write", 1, 64),
        ("close", 3, 57),
        ("stat", 4, -1),
        ("fstat", 5, 80),
        ("lstat", 6, -1),
        ("poll", 7, -1),
        ("lseek", 8, 62),
        ("mmap", 9, 222),
        ("mprotect", 10, 226),
        ("munmap", 11, 215),
        ("brk", 12, 214),
        ("rt_sigaction", 13, 134),
        ("rt_sigprocmask", 14, 135),
        ("rt_sigreturn", 15, 139),
        ("pread64", 17, 67),
        ("pwrite64", 18, 68),
        ("readv", 19, 65),
        ("writev", 20, 66),
        ("access", 21, -1),
        ("sched_yield", 24, 124),
        ("mremap", 25, 216),
        ("mincore", 27, 232),
        ("madvise", 28, 233),
        ("dup", 32, 23),
        ("nanosleep", 35, 101),
        ("getpid", 39, 172),
        ("sendto", 44, 206),
        ("recvfrom", 45, 207),
        ("sendmsg", 46, 211),
        ("recvmsg", 47, 212),
        ("shutdown", 48, 210),
        ("exit", 60, 93),
        ("uname", 63, 160),
        ("fcntl", 72, 25),
        ("fsync", 74, 82),
        ("fdatasync", 75, 83),
        ("ftruncate", 77, 46),
        ("getcwd", 79, 17),
        ("readlink", 89, -1),
        ("gettimeofday", 96, 169),
        ("getrlimit", 97, 163),
        ("getrusage", 98, 165),
        ("sysinfo", 99, 179),
        ("times", 100, 153),
        ("getuid", 102, 174),
        ("getgid", 104, 176),
        ("geteuid", 107, 175),
        ("getegid", 108, 177),
        ("sigaltstack", 131, 132),
        ("sched_getparam", 143, 121),
        ("sched_getscheduler", 145, 120),
        ("sched_get_priority_max", 146, 125),
        ("sched_get_priority_min", 147, 126),
        ("mlock", 149, 228),
        ("munlock", 150, 229),
        ("arch_prctl", 158, -1),
        ("setrlimit", 160, 164),
        ("gettid", 186, 178),
        ("time", 201, -1),
        ("futex", 202, 98),
        ("sched_setaffinity", 203, 122),
        ("sched_getaffinity", 204, 123),
        ("getdents64", 217, 61),
        ("set_tid_address", 218, 96),
        ("restart_syscall", 219, 128),
        ("fadvise64", 221, 223),
        ("clock_gettime", 228, 113),
        ("clock_getres", 229, 114),
        ("clock_nanosleep", 230, 115),
        ("exit_group", 231, 94),
        ("epoll_wait", 232, -1),
        ("epoll_ctl", 233, 21),
        ("get_mempolicy", 239, 236),
        ("newfstatat", 262, 79),
        ("readlinkat", 267, 78),
        ("faccessat", 269, 48),
        ("ppoll", 271, 73),
        ("set_robust_list", 273, 99),
        ("epoll_pwait", 281, 22),
        ("fallocate", 285, 47),
        ("eventfd2", 290, 19),
        ("epoll_create1", 291, 20),
        ("dup3", 292, 24),
        ("pipe2", 293, 59),
        ("getcpu", 309, 168),
        ("getrandom", 318, 278),
        ("membarrier", 324, 283),
        ("statx", 332, 291),
        ("rseq", 334, 293),
        ("close_range", 436, 436),
        ("faccessat2", 439, 439),
    ];

    /// <summary>The program; null on an architecture whose numbers are not known here.</summary>
    public static Instruction[]? ForThisProcess()
    {
        const uint x64 = 0xC000003E,
            arm64 = 0xC00000B7; // AUDIT_ARCH_…
        if (RuntimeInformation.ProcessArchitecture is not (Architecture.X64 or Architecture.Arm64))
            return null;
        var program = new List<Instruction>
        {
            new(Load, ArchitectureAt),
            new(IfEqual, IsArm ? arm64 : x64, Then: 1),
            new(Return, Kill),
            new(Load, NumberAt),
        };
        foreach (var (_, x, arm) in Plain)
        {
            if ((IsArm ? arm : x) is >= 0 and var number)
                program.AddRange([new(IfEqual, (uint)number, Else: 1), new(Return, Allow)]);
        }

        Conditional(257, 56, 2, IfAnyBit, WritingFlags, allowedIf: false); // openat
        Conditional(2, -1, 1, IfAnyBit, WritingFlags, allowedIf: false); // open
        Conditional(56, 220, 0, IfAnyBit, ThreadFlag, allowedIf: true); // clone
        Conditional(157, 167, 0, IfEqual, SetName, allowedIf: true); // prctl
        Conditional(234, 131, 0, IfEqual, (uint)Environment.ProcessId, allowedIf: true); // tgkill
        Conditional(302, 261, 0, IfEqual, 0, allowedIf: true); // prlimit64, of this process
        program.AddRange([new(IfEqual, 435, Else: 1), new(Return, NotImplemented)]); // clone3: its flags are in memory
        program.Add(new(Return, NotPermitted));
        return [.. program];

        // The lower half of an argument decides; the flags and ids here have no more.
        void Conditional(int x, int arm, int argument, ushort test, uint operand, bool allowedIf)
        {
            if ((IsArm ? arm : x) is < 0)
                return;
            program.AddRange([
                new(IfEqual, (uint)(IsArm ? arm : x), Else: 4),
                new(Load, 16 + (8 * (uint)argument)),
                new(test, operand, Then: (byte)(allowedIf ? 0 : 1), Else: (byte)(allowedIf ? 1 : 0)),
                new(Return, Allow),
                new(Return, NotPermitted),
            ]);
        }
    }

    /// <summary>struct sock_filter.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal readonly record struct Instruction(ushort Code, byte Then, byte Else, uint Operand)
    {
        public Instruction(ushort Code, uint Operand, byte Then = 0, byte Else = 0)
            : this(Code, Then, Else, Operand) { }
    }
}
