using System.Runtime.InteropServices;
using ActorColorize.Actors.Loader;
using ActorColorize.Imaging;
using ActorColorize.Protocol;

namespace ActorColorize.Actors.Faults;

/// <summary>
/// Tells from an exception what kind of fault a device has. LibTorch's errors reach .NET as text only (their type is lost on the way), so
/// the text decides. The texts are LibTorch's, CUDA's, cuDNN's, cuBLAS' and the driver's own; the tests hold whole messages with their
/// sources.
/// </summary>
public static class DeviceFaultClassifier
{
    /// <summary>
    /// A cause is cut to this length: LibTorch appends a native stack trace, and an out-of-memory message a page of advice.
    /// </summary>
    public const int LongestCause = 400;

    /// <summary>
    /// What a message contains, and what it then is; the first that fits decides. So memory comes before the general forms of CUDA's
    /// errors, and what a new process would not cure before what it would.
    /// </summary>
    private static readonly (string Text, DeviceFaultKind Kind)[] Signs =
    [
        // The device's memory, as the caching allocator, the libraries' own workspaces and the runtime report it.
        ("CUDA out of memory", DeviceFaultKind.OutOfMemory),
        ("CUDA error: out of memory", DeviceFaultKind.OutOfMemory),
        ("cuda runtime error (2)", DeviceFaultKind.OutOfMemory),
        ("CUBLAS_STATUS_ALLOC_FAILED", DeviceFaultKind.OutOfMemory),
        ("CUDNN_STATUS_ALLOC_FAILED", DeviceFaultKind.OutOfMemory),
        // The allocator asks the driver for figures only when an allocation has failed; where the driver does not answer, this is all that
        // is said.
        ("NVML_SUCCESS ==", DeviceFaultKind.OutOfMemory),
        // cuDNN's answer to a batch that is too large for it.
        ("CUDNN_STATUS_NOT_SUPPORTED", DeviceFaultKind.OutOfMemory),
        // The host's memory.
        ("DefaultCPUAllocator: can't allocate memory", DeviceFaultKind.OutOfMemory),
        ("DefaultCPUAllocator: not enough memory", DeviceFaultKind.OutOfMemory),
        ("std::bad_alloc", DeviceFaultKind.OutOfMemory),
        // oneDNN describes first what it will compute (the next group has the answer to what it cannot), and then takes memory for it.
        ("could not create a primitive descriptor", DeviceFaultKind.Crash),
        ("could not create a primitive", DeviceFaultKind.OutOfMemory),
        // Asked for something that this device or build does not do: the context lives, and a new process would be told the same.
        ("no kernel image is available", DeviceFaultKind.Crash),
        ("no CUDA-capable device is detected", DeviceFaultKind.Crash),
        ("CUDA driver version is insufficient", DeviceFaultKind.Crash),
        ("invalid device ordinal", DeviceFaultKind.Crash),
        ("CUDA error: invalid argument", DeviceFaultKind.Crash),
        ("invalid configuration argument", DeviceFaultKind.Crash),
        ("CUDNN_STATUS_BAD_PARAM", DeviceFaultKind.Crash),
        // Whatever else CUDA and its libraries report leaves the context dead: each further call fails the same way until the process is
        // gone.
        ("CUDA error:", DeviceFaultKind.Sticky),
        ("CUDA unknown error", DeviceFaultKind.Sticky),
        ("cuda runtime error (", DeviceFaultKind.Sticky),
        ("CUDNN_STATUS_", DeviceFaultKind.Sticky),
        ("CUBLAS_STATUS_", DeviceFaultKind.Sticky),
        ("NVRM: Xid", DeviceFaultKind.Sticky),
        ("has fallen off the bus", DeviceFaultKind.Sticky),
        ("GPU is lost", DeviceFaultKind.Sticky),
    ];

    /// <summary>
    /// The fault that an exception reports; where it wraps others, the first of them that says more than that something crashed.
    /// </summary>
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

    /// <summary>The kind of fault that a message reports; <see cref="DeviceFaultKind.Crash"/> where it names none.</summary>
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
            AggregateException => DeviceFaultKind.Crash, // quotes what it holds, which is asked next
            _ => KindOf(exception.Message),
        };

    /// <summary>One line: the message's first, behind the exception's type unless the message is the native library's own.</summary>
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
