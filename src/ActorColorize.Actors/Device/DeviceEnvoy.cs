using ActorColorize.Actors.Metrics;
using ActorColorize.Actors.Runs;
using ActorColorize.Protocol;
using ActorColorize.Protocol.Serialization;
using Akka.Actor;
using Akka.Hosting;

namespace ActorColorize.Actors.Device;

/// <summary>
/// Speaks for a cluster's device with the training office, on whichever node that is: offers the device again and again, and passes on what the device's actors have to say of runs; to them it is
/// the metrics.
/// </summary>
public sealed class DeviceEnvoy : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan OfferEvery = TimeSpan.FromSeconds(2);

    private IActorRef _device = ActorRefs.Nobody;
    private long? _deviceMemory;

    /// <summary>An envoy that is told of its device with <see cref="Attach"/>.</summary>
    /// <param name="description">What the device is.</param>
    /// <param name="office">The training office.</param>
    public DeviceEnvoy(TrainingDevice description, IActorRef office)
    {
        Receive<Attach>(attach =>
        {
            _device = attach.Device;
            Timers.StartPeriodicTimer(nameof(Offer), Offer.Instance, TimeSpan.Zero, OfferEvery);
        });
        Receive<Offer>(_ => office.Tell(new DeviceEvents.Offered(description, _deviceMemory ?? Environment.WorkingSet), _device));
        Receive<MetricsCommands.DeviceMemory>(memory => _deviceMemory = memory.Bytes);
        Receive<object>(StrictSerialization.Carries, office.Forward);
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>The envoy's device; it is offered from now on.</summary>
    public sealed record Attach(IActorRef Device);

    private sealed record Offer
    {
        internal static readonly Offer Instance = new();
    }
}

/// <summary>Adds an envoy to a cluster's device process.</summary>
public static class DeviceEnvoyHosting
{
    /// <summary>Starts the envoy in place of the metrics, for the training office that was added before.</summary>
    /// <param name="builder">The actor system.</param>
    /// <param name="description">What the device is.</param>
    public static AkkaConfigurationBuilder AddDeviceEnvoy(this AkkaConfigurationBuilder builder, TrainingDevice description) =>
        builder.WithActors((system, registry) =>
        {
            var office = registry.Get<TrainingOffice>();
            registry.Register<MetricsActor>(system.ActorOf(Props.Create(() => new DeviceEnvoy(description, office)), "envoy"));
        });

    /// <summary>Has the device that was added before offered.</summary>
    public static AkkaConfigurationBuilder OfferDevice(this AkkaConfigurationBuilder builder) =>
        builder.WithActors((_, registry) => registry.Get<MetricsActor>().Tell(new DeviceEnvoy.Attach(registry.Get<DeviceSupervisor>())));
}
