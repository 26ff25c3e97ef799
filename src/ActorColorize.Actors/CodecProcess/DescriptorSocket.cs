using System.Buffers.Binary;
using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Win32.SafeHandles;

namespace ActorColorize.Actors.CodecProcess;

/// <summary>
/// Messages over a Unix socket: JSON, bytes, and open files (<c>SCM_RIGHTS</c>), which the receiver gets as descriptors of its own. The
/// layout of the native structures is that of 64-bit Linux.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe partial class DescriptorSocket(Socket socket) : IDisposable
{
    /// <summary>Most bytes of JSON in a message.</summary>
    public const int MostJson = 1 << 20;

    /// <summary>Most bytes behind a message.</summary>
    public const int MostBytes = 64 << 20;

    private const int MostFiles = 2;
    private const int LengthsSize = 8;
    private const int ControlHead = 16; // struct cmsghdr
    private const int SocketLevel = 1; // SOL_SOCKET
    private const int Rights = 1; // SCM_RIGHTS
    private const int NoSignal = 0x4000; // MSG_NOSIGNAL
    private const int CloseOnExec = 0x40000000; // MSG_CMSG_CLOEXEC
    private const int Interrupted = 4; // EINTR

    /// <summary>Sends a message.</summary>
    /// <exception cref="IOException">The other side has ended.</exception>
    public void Send<T>(T message, JsonTypeInfo<T> type, ReadOnlySpan<byte> bytes = default, params ReadOnlySpan<SafeFileHandle> files)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(message, type);
        Span<byte> lengths = stackalloc byte[LengthsSize];
        BinaryPrimitives.WriteInt32LittleEndian(lengths, json.Length);
        BinaryPrimitives.WriteInt32LittleEndian(lengths[4..], bytes.Length);
        SendLengths(lengths, files);
        SendAll(json);
        SendAll(bytes);
    }

    /// <summary>Receives a message.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="bytes">The bytes behind it.</param>
    /// <param name="files">The files that came with it; to be closed by the caller.</param>
    /// <returns>Null if the other side has closed the connection.</returns>
    /// <exception cref="IOException">The connection broke.</exception>
    /// <exception cref="InvalidDataException">The message is too long or malformed.</exception>
    public T? Receive<T>(JsonTypeInfo<T> type, out byte[] bytes, out SafeFileHandle[] files)
        where T : class
    {
        bytes = [];
        Span<byte> lengths = stackalloc byte[LengthsSize];
        var got = ReceiveLengths(lengths, out files);
        if (got == 0)
            return null;
        ReceiveAll(lengths[got..]);
        var (jsonLength, bytesLength) = (
            BinaryPrimitives.ReadInt32LittleEndian(lengths),
            BinaryPrimitives.ReadInt32LittleEndian(lengths[4..])
        );
        if (jsonLength is < 0 or > MostJson || bytesLength is < 0 or > MostBytes)
            throw new InvalidDataException("a message is too long");
        var json = new byte[jsonLength];
        ReceiveAll(json);
        bytes = new byte[bytesLength];
        ReceiveAll(bytes);
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw new InvalidDataException("a message is empty");
        }
        catch (Exception e) when (e is JsonException or ArgumentException or NotSupportedException)
        {
            throw new InvalidDataException($"a message is malformed: {e.Message}", e);
        }
    }

    public void Dispose() => socket.Dispose();

    private void SendAll(ReadOnlySpan<byte> bytes)
    {
        try
        {
            while (bytes.Length > 0)
                bytes = bytes[socket.Send(bytes)..];
        }
        catch (SocketException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    private void ReceiveAll(Span<byte> bytes)
    {
        try
        {
            while (bytes.Length > 0)
            {
                var count = socket.Receive(bytes);
                if (count == 0)
                    throw new IOException("the connection ended within a message");
                bytes = bytes[count..];
            }
        }
        catch (SocketException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    private void SendLengths(ReadOnlySpan<byte> lengths, ReadOnlySpan<SafeFileHandle> files)
    {
        var control = stackalloc byte[ControlHead + (MostFiles * sizeof(int))];
        *(nint*)control = ControlHead + (files.Length * sizeof(int));
        ((int*)control)[2] = SocketLevel;
        ((int*)control)[3] = Rights;
        var held = 0;
        try
        {
            for (; held < files.Length; held++)
            {
                var added = false;
                files[held].DangerousAddRef(ref added);
                ((int*)control)[4 + held] = (int)files[held].DangerousGetHandle();
            }

            fixed (byte* data = lengths)
            {
                var part = new Part { Start = data, Length = (nuint)lengths.Length };
                var message = new Message
                {
                    Parts = &part,
                    PartCount = 1,
                    Control = files.IsEmpty ? null : control,
                    ControlLength = files.IsEmpty ? 0 : Aligned(ControlHead + (files.Length * sizeof(int))),
                };
                nint sent;
                do sent = SendMessage(Descriptor, &message, NoSignal);
                while (sent < 0 && Marshal.GetLastPInvokeError() == Interrupted);
                if (sent < 0)
                    throw Broken();
                SendAll(lengths[(int)sent..]);
            }
        }
        finally
        {
            while (held-- > 0)
                files[held].DangerousRelease();
        }
    }

    private int ReceiveLengths(Span<byte> lengths, out SafeFileHandle[] files)
    {
        var control = stackalloc byte[ControlHead + (MostFiles * sizeof(int))];
        fixed (byte* data = lengths)
        {
            var part = new Part { Start = data, Length = (nuint)lengths.Length };
            var message = new Message
            {
                Parts = &part,
                PartCount = 1,
                Control = control,
                ControlLength = Aligned(ControlHead + (MostFiles * sizeof(int))),
            };
            nint got;
            do got = ReceiveMessage(Descriptor, &message, CloseOnExec);
            while (got < 0 && Marshal.GetLastPInvokeError() == Interrupted);
            if (got < 0)
                throw Broken();
            files = [];
            if (message.ControlLength >= ControlHead && ((int*)control)[2] == SocketLevel && ((int*)control)[3] == Rights)
            {
                files = new SafeFileHandle[((int)*(nint*)control - ControlHead) / sizeof(int)];
                for (var i = 0; i < files.Length; i++)
                    files[i] = new SafeFileHandle(((int*)control)[4 + i], ownsHandle: true);
            }

            return (int)got;
        }
    }

    private int Descriptor => (int)socket.Handle;

    private static nuint Aligned(int length) => (nuint)((length + 7) & ~7);

    private static IOException Broken() => new(new Win32Exception(Marshal.GetLastPInvokeError()).Message);

    // struct iovec
    [StructLayout(LayoutKind.Sequential)]
    private struct Part
    {
        public byte* Start;
        public nuint Length;
    }

    // struct msghdr
    [StructLayout(LayoutKind.Sequential)]
    private struct Message
    {
        public void* Name;
        public nuint NameLength;
        public Part* Parts;
        public nuint PartCount;
        public void* Control;
        public nuint ControlLength;
        public nuint Flags;
    }

    [LibraryImport("libc", EntryPoint = "sendmsg", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint SendMessage(int descriptor, Message* message, int flags);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint ReceiveMessage(int descriptor, Message* message, int flags);
}
