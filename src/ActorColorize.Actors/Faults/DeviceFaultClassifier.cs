using System.Runtime.InteropServices;
using ActorColorize.Actors.Loader;
using ActorColorize.Imaging;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Faults;

/// <summary>
/// Classifies the fault of a device from an exception. LibTorch's errors reach .NET as text only (their type is lost), so the text decides.
/// The texts are those of LibTorch, ONNX Runtime, CUDA, cuDNN, cuBLAS and the driver; the tests have complete messages with their sources.
/// </summary>
public static class DeviceFaultClassifier
{
    /// <summary>
    /// A cause is cut to this length: LibTorch appends a native stack trace, and an out-of-memory message a page of advice.
    /// </summary>
    public const int LongestCause = 400;

    /// <summary>
    /// Text fragments and the kind of fault that they indicate; the first match decides. So memory comes before the general forms of CUDA
    /// errors, and faults that a new process would not cure before those that it would.
    /// </summary>
    private static readonly (string Text, DeviceFaultKind Kind)[] Signs =
    [
        // The device's memory, as the caching allocator, the libraries' own workspaces and the runtime report it.
        ("CUDA out of memory", DeviceFaultKind.OutOfMemory),
        ("CUDA error: out of memory", DeviceFaultKind.OutOfMemory),
        ("cuda runtime error (2)", DeviceFaultKind.OutOfMemory),
        ("CUBLAS_STATUS_ALLOC_FAILED", DeviceFaultKind.OutOfMemory),
        ("CUDNN_STATUS_ALLOC_FAILED", DeviceFaultKind.OutOfMemory),
        // The allocator queries the driver only when an allocation has failed; if the driver does not answer, this is the only message.
        ("NVML_SUCCESS ==", DeviceFaultKind.OutOfMemory),
        // cuDNN's answer to a batch that is too large for it.
        ("CUDNN_STATUS_NOT_SUPPORTED", DeviceFaultKind.OutOfMemory),
        // The host's memory.
        ("DefaultCPUAllocator: can't allocate memory", DeviceFaultKind.OutOfMemory),
        ("DefaultCPUAllocator: not enough memory", DeviceFaultKind.OutOfMemory),
        ("std::bad_alloc", DeviceFaultKind.OutOfMemory),
        // ONNX Runtime with and without an arena, the latter on Windows; on Linux it is std::bad_alloc.
        ("Failed to allocate memory for requested buffer", DeviceFaultKind.OutOfMemory),
        ("bad allocation", DeviceFaultKind.OutOfMemory),
        // oneDNN first creates a descriptor (an unsupported one is in the next group) and then allocates memory for it.
        ("could not create a primitive descriptor", DeviceFaultKind.Crash),
        ("could not create a primitive", DeviceFaultKind.OutOfMemory),
        // Not supported by this device or build: the context is intact, and a new process would get the same error.
        ("no kernel image is available", DeviceFaultKind.Crash),
        ("no CUDA-capable device is detected", DeviceFaultKind.Crash),
        ("CUDA driver version is insufficient", DeviceFaultKind.Crash),
        ("invalid device ordinal", DeviceFaultKind.Crash),
        ("CUDA error: invalid argument", DeviceFaultKind.Crash),
        ("invalid configuration argument", DeviceFaultKind.Crash),
        ("CUDNN_STATUS_BAD_PARAM", DeviceFaultKind.Crash),
        // All other errors of CUDA and its libraries leave the context dead: each further call fails the same way until the process ends.
        ("CUDA error:", DeviceFaultKind.Sticky),
        ("CUDA unknown error", DeviceFaultKind.Sticky),
        ("cuda runtime error (", DeviceFaultKind.Sticky),
        ("CUDNN_STATUS_", DeviceFaultKind.Sticky),
        ("CUBLAS_STATUS_", DeviceFaultKind.Sticky),
        ("NVRM: Xid", DeviceFaultKind.Sticky),
        ("has fallen off the bus", DeviceFaultKind.Sticky),
        ("GPU is lost", DeviceFaultKind.Sticky),
    ];

    /// <summary>The fault that an exception reports; if it wraps others, the first of them that is more specific than a crash.</summary>
    public static DeviceFault Of(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            var kind = KindOf(inner);
            if (kind != DeviceFaultKind.Crash)
                return new DeviceFault(kind, CauseOf(inner));
        }

        return new DeviceFault(DeviceFaultKind.Crash, CauseOf(exception.InnerException ?? exception));
    }

    /// <summary>The kind of fault that a message reports; <see cref="DeviceFaultKind.Crash"/> if it names none.</summary>
    public static DeviceFaultKind KindOf(string message)
    {
        ArgumentNullException.ThrowIfNull(message);
        foreach (var (text, kind) in Signs)
        {
            if (message.Contains(text, StringComparison.OrdinalIgnoreCase))
                return kind;
        }

        return DeviceFaultKind.Crash;
    }

    private static DeviceFaultKind KindOf(Exception exception) =>
        exception switch
        {
            OutOfMemoryException => DeviceFaultKind.OutOfMemory,
            LoaderException or PictureException => DeviceFaultKind.Data,
            AggregateException => DeviceFaultKind.Crash, // quotes its inner exceptions, which are checked next
            _ => KindOf(exception.Message),
        };

    /// <summary>The first line of the message, prefixed with the exception's type unless it comes from the native library.</summary>
    private static string CauseOf(Exception exception)
    {
        var line = exception.Message.AsSpan().Trim();
        var end = line.IndexOfAny('\r', '\n');
        if (end >= 0)
            line = line[..end].TrimEnd();
        var cause = exception is ExternalException ? line.ToString() : $"{exception.GetType().Name}: {line}";
        return cause.Length <= LongestCause ? cause : $"{cause[..(LongestCause - 1)]}…";
    }
}
