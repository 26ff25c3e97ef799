using System.Globalization;
using System.Runtime.InteropServices;
using TorchSharp;

namespace ActorColorize.Model.Devices;

/// <summary>
/// Decides how each convolution is computed, by checking its kernels on this host before they are used: forward and both gradients against
/// float64. If the fastest route computes wrong results, the next one is tried, and every verdict is reported, so that a faulty kernel is
/// never used silently.
/// </summary>
/// <remarks>
/// oneDNN, which LibTorch uses on CPUs, can silently compute wrong convolutions, mainly in bf16 with few channels, on virtual machines that
/// hide their cache sizes. Only CPUs are checked. Used only on the device's thread.
/// </remarks>
public sealed class ConvolutionSelfTest
{
    private const int Seed = 20170415;

    private static readonly ConvolutionRoute[] SingleRoutes =
    [
        ConvolutionRoute.Native,
        ConvolutionRoute.ChannelsLast,
        ConvolutionRoute.WithoutOneDnn,
    ];
    private static readonly ConvolutionRoute[] HalfRoutes =
    [
        ConvolutionRoute.Native,
        ConvolutionRoute.ChannelsLast,
        ConvolutionRoute.Fp32,
        ConvolutionRoute.WithoutOneDnn,
    ];

    private readonly bool _checks;
    private readonly int _threads;
    private readonly SelfTestCache _cache;
    private readonly IConvolutionRunner _runner;
    private readonly Action<SelfTestVerdict>? _onVerdict;
    private readonly List<SelfTestVerdict> _verdicts = [];

    /// <param name="device">Where the network runs. On other devices than CPUs every key gets the native route, unchecked.</param>
    /// <param name="threads">Threads of LibTorch; kernels depend on them.</param>
    /// <param name="cacheFolder">Folder of the verdict cache, usually <see cref="DefaultCacheFolder"/>; created when needed. An unwritable
    /// folder is not an error.</param>
    /// <param name="onVerdict">Called with every verdict, including cached ones, before the key is used.</param>
    /// <param name="runner">Computes the convolutions; null for the network's own code.</param>
    /// <exception cref="DeviceException">LibTorch cannot be loaded.</exception>
    public ConvolutionSelfTest(
        torch.Device device,
        int threads,
        string cacheFolder,
        Action<SelfTestVerdict>? onVerdict = null,
        IConvolutionRunner? runner = null
    )
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        _checks = device.type == DeviceType.CPU;
        _threads = threads;
        _cache = SelfTestCache.Open(cacheFolder, CpuFacts.Current, LibTorchRuntime.Version, threads);
        _runner = runner ?? new NetworkConvolutionRunner();
        _onVerdict = onVerdict;
    }

    /// <summary>
    /// <c>$XDG_CACHE_HOME/actorcolorize</c>, or <c>~/.cache/actorcolorize</c>; on other systems than Linux, the system's cache folder.
    /// </summary>
    public static string DefaultCacheFolder
    {
        get
        {
            // The XDG base directory specification requires relative paths to be ignored.
            var cache =
                Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { } xdg && Path.IsPathRooted(xdg) ? xdg
                : OperatingSystem.IsLinux()
                    ? Path.Join(
                        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify),
                        ".cache"
                    )
                : Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
            return Path.Join(cache, "actorcolorize");
        }
    }

    /// <summary>The verdicts on all requested keys, in order.</summary>
    public IReadOnlyList<SelfTestVerdict> Verdicts => _verdicts;

    /// <summary>All cached verdicts of this host, as shown by <c>doctor</c> without running kernels.</summary>
    public IReadOnlyList<SelfTestVerdict> Remembered => [.. _cache.Verdicts];

    /// <summary>Why verdicts could not be read or saved, in one line; null if there was no error.</summary>
    public string? CacheProblem => _cache.Problem;

    /// <summary>A plan that consults this test for every new convolution.</summary>
    public ConvolutionPlan NewPlan() => new(key => Decide(key));

    /// <summary>The first route that computes correct results, from the cache or by running the kernels.</summary>
    /// <param name="key">The convolution.</param>
    /// <exception cref="DeviceException">No route passes; the message names the convolution.</exception>
    public ConvolutionRoute Decide(in ConvolutionKey key)
    {
        if (!_checks)
            return ConvolutionRoute.Native;
        if (_cache.Find(key) is { } known)
        {
            foreach (var verdict in known)
                Report(verdict);
            return known[^1].Route;
        }

        var verdicts = Judge(key);
        if (!verdicts[^1].Passed)
            throw new DeviceException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"no way to compute the convolution {key.InChannels} to {key.OutChannels} channels at {key.Width}x{key.Height} "
                        + $"computes correct results on this processor (off by {verdicts[^1].WorstRelativeError:0.0e0} in "
                        + $"{verdicts[^1].Quantity}); use another machine or a CUDA device"
                )
            );
        _cache.Add(key, verdicts);
        return verdicts[^1].Route;
    }

    /// <summary>Tries the routes in turn, up to the first that passes.</summary>
    private List<SelfTestVerdict> Judge(in ConvolutionKey key)
    {
        var verdicts = new List<SelfTestVerdict>();
        var threadsBefore = torch.get_num_threads();
        torch.set_num_threads(_threads);
        try
        {
            using var check = new ConvolutionCheck(key, Seed);
            foreach (var route in key.Precision == Precision.Bf16 ? HalfRoutes : SingleRoutes)
            {
                var verdict = JudgeOrFail(check, key, route);
                verdicts.Add(verdict);
                Report(verdict);
                if (verdict.Passed)
                    break;
            }
        }
        finally
        {
            torch.set_num_threads(threadsBefore);
        }

        return verdicts;
    }

    /// <summary>A kernel that does not run has failed. Lack of memory is not a verdict on the kernel and is rethrown.</summary>
    private SelfTestVerdict JudgeOrFail(ConvolutionCheck check, in ConvolutionKey key, ConvolutionRoute route)
    {
        try
        {
            return check.Judge(_runner, route);
        }
        catch (ExternalException e) when (!e.Message.Contains("allocate memory", StringComparison.Ordinal))
        {
            var reason = e.Message.Split('\n', 2)[0].Trim();
            return new SelfTestVerdict(
                key,
                route,
                double.PositiveInfinity,
                Tolerance: 0,
                "does not run: " + reason,
                Passed: false,
                Cached: false
            );
        }
    }

    private void Report(SelfTestVerdict verdict)
    {
        _verdicts.Add(verdict);
        _onVerdict?.Invoke(verdict);
    }
}
