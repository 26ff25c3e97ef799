using System.Runtime.InteropServices;
using ActorColorize.Actors.CodecProcess;

namespace ActorColorize.Actors.Tests.CodecProcess;

/// <summary>
/// The program for the kernel's filter, run by an interpreter of the few instructions that it uses. Numbers and flags of system calls are
/// those of the kernel's headers (asm/unistd_64.h, asm-generic/unistd.h, fcntl.h, sched.h).
/// </summary>
public sealed class SeccompFilterTests
{
    private const uint Allowed = 0x7fff0000;
    private const uint NotPermitted = 0x00050001;
    private const uint NotImplemented = 0x00050026;
    private const uint Killed = 0x80000000;

    private static readonly bool IsArm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
    private static readonly uint Own = IsArm ? 0xC00000B7 : 0xC000003E;

    [Theory]
    [InlineData("read", 0, 63)]
    [InlineData("pwrite64", 18, 68)]
    [InlineData("mmap", 9, 222)]
    [InlineData("futex", 202, 98)]
    [InlineData("recvmsg", 47, 212)]
    [InlineData("exit_group", 231, 94)]
    public void What_decoding_needs_is_allowed(string name, int x64, int arm64) =>
        Assert.True(Run(Own, IsArm ? arm64 : x64) == Allowed, name);

    [Theory]
    [InlineData("socket", 41, 198)]
    [InlineData("connect", 42, 203)]
    [InlineData("bind", 49, 200)]
    [InlineData("execve", 59, 221)]
    [InlineData("execveat", 322, 281)]
    [InlineData("kill", 62, 129)]
    [InlineData("ptrace", 101, 117)]
    [InlineData("process_vm_writev", 311, 271)]
    [InlineData("unlinkat", 263, 35)]
    [InlineData("renameat2", 316, 276)]
    [InlineData("mkdirat", 258, 34)]
    [InlineData("linkat", 265, 37)]
    [InlineData("symlinkat", 266, 36)]
    [InlineData("fchmodat", 268, 53)]
    [InlineData("openat2", 437, 437)]
    [InlineData("memfd_create", 319, 279)]
    [InlineData("io_uring_setup", 425, 425)]
    [InlineData("bpf", 321, 280)]
    [InlineData("unshare", 272, 97)]
    [InlineData("mount", 165, 40)]
    [InlineData("pidfd_open", 434, 434)]
    [InlineData("open_by_handle_at", 304, 265)]
    public void What_reaches_beyond_the_process_is_not(string name, int x64, int arm64) =>
        Assert.True(Run(Own, IsArm ? arm64 : x64) == NotPermitted, name);

    [Theory]
    [InlineData(0, Allowed)] // O_RDONLY
    [InlineData(0x80000, Allowed)] // O_CLOEXEC
    [InlineData(1, NotPermitted)] // O_WRONLY
    [InlineData(2, NotPermitted)] // O_RDWR
    [InlineData(0x40, NotPermitted)] // O_CREAT
    [InlineData(0x200, NotPermitted)] // O_TRUNC
    public void Files_are_opened_for_reading_only(uint flags, uint answer) => Assert.Equal(answer, Run(Own, IsArm ? 56 : 257, 0, 0, flags));

    [Fact]
    public void Threads_are_started_but_no_processes()
    {
        const uint thread = 0x3D0F00; // what the C library starts threads with
        const uint fork = 0x1200011;
        var clone = IsArm ? 220 : 56;
        Assert.Equal(Allowed, Run(Own, clone, thread));
        Assert.Equal(NotPermitted, Run(Own, clone, fork));
        Assert.Equal(NotImplemented, Run(Own, 435)); // clone3
    }

    [Fact]
    public void Signals_and_limits_concern_this_process_only()
    {
        var (signal, limit) = IsArm ? (131, 261) : (234, 302);
        Assert.Equal(Allowed, Run(Own, signal, (uint)Environment.ProcessId));
        Assert.Equal(NotPermitted, Run(Own, signal, (uint)Environment.ProcessId + 1));
        Assert.Equal(Allowed, Run(Own, limit, 0));
        Assert.Equal(NotPermitted, Run(Own, limit, 1));
    }

    [Fact]
    public void Calls_by_the_numbers_of_another_architecture_end_the_process()
    {
        const uint i386 = 0x40000003;
        Assert.Equal(Killed, Run(i386, 5));
        const int x32 = 0x40000000;
        Assert.Equal(NotPermitted, Run(Own, x32 | 257));
    }

    /// <summary>Runs the program on a struct seccomp_data.</summary>
    private static uint Run(uint architecture, int number, params uint[] arguments)
    {
        var program = SeccompFilter.ForThisProcess();
        Assert.NotNull(program);
        var accumulator = 0u;
        for (var at = 0; ; at++)
        {
            var instruction = program[at];
            switch (instruction.Code)
            {
                case 0x20: // load a word
                    accumulator = instruction.Operand switch
                    {
                        0 => (uint)number,
                        4 => architecture,
                        var offset and >= 16 when offset % 8 == 0 => arguments.ElementAtOrDefault((int)(offset - 16) / 8),
                        var offset => throw new InvalidOperationException($"offset {offset}"),
                    };
                    break;
                case 0x15: // jump if equal
                    at += accumulator == instruction.Operand ? instruction.Then : instruction.Else;
                    break;
                case 0x45: // jump if any bit is set
                    at += (accumulator & instruction.Operand) != 0 ? instruction.Then : instruction.Else;
                    break;
                case 0x06: // return
                    return instruction.Operand;
                default:
                    throw new InvalidOperationException($"code {instruction.Code:x}");
            }
        }
    }
}
