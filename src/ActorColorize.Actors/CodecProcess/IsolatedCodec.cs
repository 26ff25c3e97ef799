using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Text;
using ActorColorize.Actors.DeviceProcess;
using Microsoft.Win32.SafeHandles;

namespace ActorColorize.Actors.CodecProcess;

/// <summary>A codec process as its parent sees it. It works on one picture at a time.</summary>
[SupportedOSPlatform("linux")]
internal sealed class IsolatedCodec : IDisposable
{
    // What a codec process may know of its parent's environment: nothing that could be a secret.
    private static readonly string[] Inherited = ["DOTNET_", "LD_", "VIPS_", "LC_", "LANG", "PATH", "TMPDIR", "TZ"];

    private readonly ChildProcess _process;
    private readonly DescriptorSocket _socket;

    private IsolatedCodec(ChildProcess process, DescriptorSocket socket, string protection)
    {
        _process = process;
        _socket = socket;
        Protection = protection;
    }

    /// <summary>Pictures that it was given.</summary>
    public int Pictures { get; private set; }

    /// <summary>When it had finished the last one.</summary>
    public long IdleSince { get; private set; } = Stopwatch.GetTimestamp();

    /// <summary>What the system protects it with, in words.</summary>
    public string Protection { get; }

    /// <summary>Its process id.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Starts a process.</summary>
    /// <param name="program">The program and the arguments before the command.</param>
    /// <param name="limits">Limits.</param>
    /// <exception cref="DeviceProcessException">It cannot be started, or does not answer.</exception>
    public static IsolatedCodec Start(IReadOnlyList<string> program, CodecLimits limits)
    {
        var name = $"actorcolorize-codec-{Guid.NewGuid():n}";
        var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint("\0" + name));
        listener.Listen();
        var child = StartProgram(program);
        var process = new ChildProcess(child, static _ => { }, static _ => { });
        try
        {
            child.StandardInput.WriteLine(new CodecBootstrap(Environment.ProcessId, name, token, limits).ToLine());
            child.StandardInput.Flush();
            return Accept(listener, process, token, limits.Start);
        }
        catch (Exception e) when (e is IOException or SocketException or InvalidDataException or OperationCanceledException)
        {
            process.Kill();
            var end = process.Ended.GetAwaiter().GetResult();
            process.Dispose();
            throw new DeviceProcessException($"a codec process did not start: it {end}", e);
        }
    }

    /// <summary>Has it work on a picture.</summary>
    /// <param name="request">The work.</param>
    /// <param name="bytes">The bytes behind the request.</param>
    /// <param name="within">After this time it is killed.</param>
    /// <param name="files">The files that it works on.</param>
    /// <returns>The answer, and the bytes behind it.</returns>
    /// <exception cref="CodecDiedException">It ended, or was ended; it cannot be used any more.</exception>
    public (CodecReply Reply, byte[] Bytes) Exchange(
        CodecRequest request,
        ReadOnlySpan<byte> bytes,
        TimeSpan within,
        params ReadOnlySpan<SafeFileHandle> files
    )
    {
        Pictures++;
        var isLate = 0;
        using var deadline = new Timer(
            _ =>
            {
                Volatile.Write(ref isLate, 1);
                _process.Kill();
            },
            null,
            within,
            Timeout.InfiniteTimeSpan
        );
        string? nonsense = null;
        try
        {
            _socket.Send(request, CodecJson.Default.CodecRequest, bytes, files);
            if (_socket.Receive(CodecJson.Default.CodecReply, out var answer, out var sent) is { } reply && sent.Length == 0)
            {
                IdleSince = Stopwatch.GetTimestamp();
                return (reply, answer);
            }
        }
        catch (IOException)
        {
            // Its end says more
        }
        catch (InvalidDataException e)
        {
            nonsense = e.Message;
        }

        _process.Kill();
        var end = _process.Ended.GetAwaiter().GetResult();
        if (Volatile.Read(ref isLate) == 1)
            throw new CodecDiedException($"decoding it was given up after {within.TotalSeconds:0} s", IsTimeout: true);
        throw new CodecDiedException(
            $"the process that decoded it {(nonsense is null ? end.ToString() : $"answered wrongly: {nonsense}")}"
        );
    }

    public void Dispose()
    {
        _socket.Dispose();
        _process.Kill();
        _process.Dispose();
    }

    private static Process StartProgram(IReadOnlyList<string> program)
    {
        var start = new ProcessStartInfo(program[0], [.. program.Skip(1), CodecServer.Command])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in start.Environment.Keys.ToList())
        {
            if (!Inherited.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
                start.Environment.Remove(name);
        }

        start.Environment["DOTNET_EnableDiagnostics"] = "0"; // no debugger's socket
        start.Environment["DOTNET_gcConcurrent"] = "0"; // one thread less
        start.Environment["DOTNET_TieredPGO"] = "0";
        try
        {
            return ProcessStartThread.StartAsync(start).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            throw new DeviceProcessException($"a codec process cannot be started ({program[0]}): {e.Message}", e);
        }
    }

    private static IsolatedCodec Accept(Socket listener, ChildProcess process, string token, TimeSpan within)
    {
        using var late = new CancellationTokenSource(within);
        // Its end wakes the listener, too
        _ = process.Ended.ContinueWith(_ => Cancel(late), TaskScheduler.Default);
        while (true)
        {
            var unix = listener.AcceptAsync(late.Token).AsTask().GetAwaiter().GetResult();
            unix.Blocking = true;
            unix.ReceiveTimeout = (int)within.TotalMilliseconds;
            var socket = new DescriptorSocket(unix);
            if (
                socket.Receive(CodecJson.Default.CodecHello, out _, out _) is { } hello
                && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(hello.Token), Encoding.UTF8.GetBytes(token))
            )
            {
                unix.ReceiveTimeout = 0;
                return new IsolatedCodec(process, socket, hello.Protection);
            }

            socket.Dispose(); // a stranger
        }
    }

    private static void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It had been accepted before
        }
    }
}

/// <summary>A codec process has ended over a picture; the message is a clause that says how.</summary>
internal sealed class CodecDiedException(string message, bool IsTimeout = false) : Exception(message)
{
    public bool IsTimeout { get; } = IsTimeout;
}
