using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using ActorColorize.Actors.DeviceProcess;
using ActorColorize.Imaging;
using ActorColorize.Imaging.Archives;
using Microsoft.Win32.SafeHandles;

namespace ActorColorize.Actors.CodecProcess;

/// <summary>
/// A codec process: does the work of <see cref="PictureProcessor"/> for its parent, one picture after the other, on files that the parent
/// has opened. It can open nothing for writing and reach no network (<see cref="CodecSandbox"/>).
/// </summary>
[SupportedOSPlatform("linux")]
public static class CodecServer
{
    /// <summary>The command that makes a program a codec process; internal, not for users.</summary>
    public const string Command = "codec-process";

    // For the hard limit of memory; the soft one is set for each picture.
    private const long MostBytesOfAPicture = 32L << 30;

    /// <summary>Works until the parent closes the connection.</summary>
    /// <param name="input">Standard input.</param>
    /// <exception cref="DeviceProcessException">There is no bootstrap message, or the parent has already ended.</exception>
    public static void Run(Stream input)
    {
        var bootstrap = ParentWatchdog.Accept(input, CodecBootstrap.Parse, static sent => sent.ParentProcess);
        var unix = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        using var socket = new DescriptorSocket(unix);
        unix.Connect(new UnixDomainSocketEndPoint("\0" + bootstrap.Socket));
        ArchiveImaging.EnsureReady();
        var limits = bootstrap.Limits;
        var protection = CodecSandbox.Enter(limits.BytesFor(null), limits.BaseBytes + MostBytesOfAPicture);
        socket.Send(new CodecHello(bootstrap.Token, protection), CodecJson.Default.CodecHello);
        while (socket.Receive(CodecJson.Default.CodecRequest, out var bytes, out var files) is { } request)
        {
            var (reply, pixels) = Work(request, bytes, files, limits);
            socket.Send(reply, CodecJson.Default.CodecReply, pixels);
        }
    }

    private static (CodecReply Reply, byte[] Pixels) Work(CodecRequest request, byte[] bytes, SafeFileHandle[] files, CodecLimits limits)
    {
        var memory = limits.BytesFor(request.Pages.Select(static page => page.Header).MaxBy(Recomposer.EstimateBytes));
        CodecSandbox.LimitMemory(memory);
        try
        {
            using var source = new FileStream(files[0], FileAccess.Read, bufferSize: 0);
            if (request.Read is { } options)
            {
                var read = ArchivePicture.Read(request.Name, source, options, header =>
                    CodecSandbox.LimitMemory(memory = limits.BytesFor(header))
                );
                return (new CodecReply { Header = read.Header }, read.Thumbnail?.Rgb_HWC ?? []);
            }

            if (request.PreviewSide is { } side)
                return (new CodecReply(), PreviewJpeg.Of(request.Name, source, side, PreviewJpeg.Quality).Bytes);

            using var target = new FileStream(files[1], FileAccess.ReadWrite);
            var chroma = Recomposer.Compose(Picture(request, bytes), source, request.Recompose!, target);
            target.Flush();
            return (new CodecReply { MeanChroma = chroma }, []);
        }
        catch (Exception e) when (IsExhaustion(e))
        {
            var message = $"{request.Name}: takes more than {memory >> 20:N0} MiB of memory to decode.";
            return (
                new CodecReply
                {
                    Problem = PictureProblem.TooLarge,
                    IsExhausted = true,
                    Message = message,
                },
                []
            );
        }
        catch (PictureException e)
        {
            return (new CodecReply { Problem = e.Problem, Message = e.Message }, []);
        }
        catch (IOException e)
        {
            return (new CodecReply { WriteFault = e.HResult, Message = e.Message }, []);
        }
        catch (Exception e)
        {
            Console.Error.WriteLine(e);
            return (new CodecReply { Message = $"{e.GetType().Name}: {e.Message}" }, []);
        }
        finally
        {
            foreach (var file in files)
                file.Dispose();
        }
    }

    // What .NET, libvips and its libraries say when the limit of memory is reached.
    private static bool IsExhaustion(Exception fault) =>
        fault is OutOfMemoryException
        || (
            fault is PictureException { InnerException: NetVips.VipsException native }
            && (
                native.Message.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
                || native.Message.Contains("Insufficient memory", StringComparison.OrdinalIgnoreCase)
                || native.Message.Contains("Error creating thread", StringComparison.Ordinal)
            )
        );

    private static PictureToRecompose Picture(CodecRequest request, byte[] bytes)
    {
        var at = 0;
        var pages = new List<RecomposePage>();
        foreach (var page in request.Pages)
        {
            var rgb = Next(page.ThumbnailWidth * page.ThumbnailHeight * 3);
            var ab = MemoryMarshal.Cast<byte, float>(Next(2 * page.AbWidth * page.AbHeight * sizeof(float)));
            pages.Add(
                new RecomposePage(
                    page.Header,
                    new Thumbnail(page.ThumbnailWidth, page.ThumbnailHeight, rgb.ToArray()),
                    new AbPlane(page.AbWidth, page.AbHeight, ab.ToArray()),
                    page.KeepsColors
                )
            );
        }

        return new PictureToRecompose(request.Name, pages);

        ReadOnlySpan<byte> Next(int length)
        {
            at += length;
            return bytes.AsSpan(at - length, length);
        }
    }
}
