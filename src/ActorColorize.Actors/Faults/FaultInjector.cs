using System.Runtime.InteropServices;
using ActorColorize.Actors.Loader;
using ActorColorize.Model.Training;
using Akka.Actor;

namespace ActorColorize.Actors.Faults;

/// <summary>Sets off a drill's faults in the device's own process, on its own thread, in the words of the real ones.</summary>
internal sealed partial class FaultInjector : IDisposable
{
    private const int SigKill = 9;
    private static readonly int SigStop = OperatingSystem.IsMacOS() ? 17 : 19;

    private readonly InjectedFaults _faults;
    private readonly DrillDisk _disk;
    private readonly IActorRef _loader;
    private readonly bool _isCuda;

    internal FaultInjector(InjectedFaults faults, DrillDisk disk, IActorRef loader, bool isCuda)
    {
        _faults = faults;
        _disk = disk;
        _loader = loader;
        _isCuda = isCuda;
    }

    /// <summary>Called before each try of a step; a try meets one fault that breaks it off, and before that those that do not.</summary>
    /// <param name="step">Number of the step, from 1.</param>
    /// <param name="session">Makes it.</param>
    internal void BeforeStep(long step, TrainingSession session)
    {
        while (_faults.Take(step) is { } fault)
        {
            Strike(fault, step, session);
            if (fault is not (DrillFault.Data or DrillFault.SlowDisk or DrillFault.FullDisk))
                return;
        }
    }

    private void Strike(DrillFault fault, long step, TrainingSession session)
    {
        switch (fault)
        {
            case DrillFault.Oom:
                session.Drill = new StepDrill.Fail(new InjectedFault(OutOfMemoryMessage));
                break;
            case DrillFault.Nan:
                session.Drill = new StepDrill.NotFinite();
                break;
            case DrillFault.Sticky:
                session.Drill = new StepDrill.Fail(new InjectedFault(StickyMessage));
                break;
            case DrillFault.Crash:
                throw new InvalidOperationException($"a drill's crash in step {step}");
            case DrillFault.Data:
                _loader.Tell(new LoaderCommands.Fail("a drill's broken loader"));
                break;
            case DrillFault.SlowDisk:
                _disk.SlowNext();
                break;
            case DrillFault.FullDisk:
                _disk.FillNext();
                break;
            case DrillFault.Hang:
                BlockForEver();
                break;
            case DrillFault.Segv:
                ReadNowhere();
                break;
            case DrillFault.Kill:
                _ = SendSignal(Environment.ProcessId, SigKill);
                break;
            case DrillFault.Stop:
                _ = SendSignal(Environment.ProcessId, SigStop);
                break;
            default:
                throw new InvalidOperationException($"a drill knows no {fault}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _faults.Dispose();

    private string OutOfMemoryMessage =>
        _isCuda
            ? "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 23.65 GiB of which 11.06 MiB is free. (a drill's)"
            : "[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 2147483648 bytes. Error code 12 (Cannot allocate memory) (a drill's)";

    private static string StickyMessage =>
        "CUDA error: an illegal memory access was encountered (a drill's)\nCUDA kernel errors might be asynchronously reported at some other API call, so the stacktrace below might be incorrect.";

    private static void BlockForEver()
    {
        using var never = new ManualResetEventSlim();
        never.Wait();
    }

    /// <summary>In native code: the runtime turns what managed code does into an exception.</summary>
    private static void ReadNowhere() => _ = Copy(0, 8, 8);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);

    [LibraryImport("libc", EntryPoint = "memmove")]
    private static partial nint Copy(nint destination, nint source, nint bytes);
}

/// <summary>As TorchSharp throws what LibTorch reports.</summary>
internal sealed class InjectedFault(string message) : ExternalException(message);
