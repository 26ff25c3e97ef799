using ActorColorize.Actors.Device;
using ActorColorize.Model.Devices;
using ActorColorize.Protocol;
using TorchSharp;

namespace ActorColorize.Actors.Gpu;

/// <summary>Brings a device into use.</summary>
internal static class ComputeSetup
{
    /// <summary>Loads LibTorch, sets its threads, and makes the plan that checks each convolution before it is used.</summary>
    /// <param name="settings">The device.</param>
    /// <param name="progress">Beats with each kernel that is checked.</param>
    /// <param name="onAvoided">Told of each kernel that computes wrong numbers here.</param>
    /// <exception cref="DeviceException">The device cannot be used.</exception>
    internal static ComputeSettings Prepare(
        DeviceSettings settings,
        DeviceProgressCounter progress,
        Action<DeviceEvents.KernelAvoided> onAvoided
    )
    {
        LibTorchRuntime.EnsureLoaded();
        torch.set_num_threads(settings.Threads);
        var device = settings.Device.ToDevice();
        var selfTest = new ConvolutionSelfTest(
            device,
            settings.Threads,
            settings.SelfTestCache ?? ConvolutionSelfTest.DefaultCacheFolder,
            verdict =>
            {
                progress.Beat();
                if (!verdict.Passed)
                    onAvoided(new DeviceEvents.KernelAvoided(Describe(verdict)));
            }
        );
        return new ComputeSettings(device, settings.Precision, selfTest.NewPlan(), settings.Threads);
    }

    private static string Describe(SelfTestVerdict verdict) =>
        $"this host computes a convolution incorrectly, so another kernel is used: {verdict.Key.InChannels}->{verdict.Key.OutChannels} "
        + $"channels, {verdict.Key.Width}x{verdict.Key.Height}, "
        + $"{verdict.Route}, {verdict.Quantity} off by {verdict.WorstRelativeError:P1}";
}
