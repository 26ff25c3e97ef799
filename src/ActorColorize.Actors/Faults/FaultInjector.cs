using System.Runtime.InteropServices;
using ActorColorize.Actors.Loader;
using ActorColorize.Model.Training;
using Akka.Actor;

namespace ActorColorize.Actors.Faults;

/// <summary>Injects faults in the device's process, on its thread, with the messages of real faults.</summary>
internal sealed partial class FaultInjector : IDisposable
{
    private const int SigKill = 9;
    private static readonly int SigStop = OperatingSystem.IsMacOS() ? 17 : 19;

    private readonly InjectedFaults _faults;
    private readonly FaultyDisk _disk;
    private readonly IActorRef _loader;
    private readonly bool _isCuda;

    internal FaultInjector(InjectedFaults faults, FaultyDisk disk, IActorRef loader, bool isCuda)
    {
        _faults = faults;
        _disk = disk;
        _loader = loader;
        _isCuda = isCuda;
    }

    /// <summary>Called before each try of a step; injects at most one fault that aborts the try, and before it those that do not.</summary>
    /// <param name="step">Number of the step, from 1.</param>
    /// <param name="session">The training session.</param>
    internal void BeforeStep(long step, TrainingSession session)
    {
        while (_faults.Take(step) is { } fault)
        {
            Strike(fault, step, session);
            if (fault is not (FaultKind.Data or FaultKind.SlowDisk or FaultKind.FullDisk))
                return;
        }
    }

    private void Strike(FaultKind fault, long step, TrainingSession session)
    {
        switch (fault)
        {
            case FaultKind.Oom:
                session.Injection = new StepFault.Fail(new InjectedFault(OutOfMemoryMessage));
                break;
            case FaultKind.RealOom:
                session.Injection = new StepFault.ExhaustMemory();
                break;
            case FaultKind.Assertion:
                session.Injection = new StepFault.FailAssertion();
                break;
            case FaultKind.Nan:
                session.Injection = new StepFault.NotFinite();
                break;
            case FaultKind.Sticky:
                session.Injection = new StepFault.Fail(new InjectedFault(StickyMessage));
                break;
            case FaultKind.Crash:
                throw new InvalidOperationException($"an injected crash in step {step}");
            case FaultKind.Data:
                _loader.Tell(new LoaderCommands.Fail("an injected loader failure"));
                break;
            case FaultKind.SlowDisk:
                _disk.SlowNext();
                break;
            case FaultKind.FullDisk:
                _disk.FillNext();
                break;
            case FaultKind.Hang:
                BlockForEver();
                break;
            case FaultKind.Segv:
                ReadNowhere();
                break;
            case FaultKind.Kill:
                _ = SendSignal(Environment.ProcessId, SigKill);
                break;
            case FaultKind.Stop:
                _ = SendSignal(Environment.ProcessId, SigStop);
                break;
            default:
                throw new InvalidOperationException($"unknown fault {fault}");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _faults.Dispose();

    private string OutOfMemoryMessage =>
        _isCuda
            ? "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of "
                + "23.65 GiB of which 11.06 MiB is free. (injected)"
            : "[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory: you tried "
                + "to allocate 2147483648 bytes. Error code 12 (Cannot allocate memory) (injected)";

    private static string StickyMessage =>
        "CUDA error: an illegal memory access was encountered (injected)\nCUDA kernel errors might be asynchronously "
        + "reported at some other API call, so the stacktrace below might be incorrect.";

    private static void BlockForEver()
    {
        using var never = new ManualResetEventSlim();
        never.Wait();
    }

    /// <summary>In native code: in managed code the runtime would turn it into an exception.</summary>
    private static void ReadNowhere() => _ = Copy(0, 8, 8);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int process, int signal);

    [LibraryImport("libc", EntryPoint = "memmove")]
    private static partial nint Copy(nint destination, nint source, nint bytes);
}

/// <summary>Same base type as the exceptions of TorchSharp.</summary>
internal sealed class InjectedFault(string message) : ExternalException(message);
