using System.Security.Cryptography.X509Certificates;
using ActorColorize.Actors.Device;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;

namespace ActorColorize.Actors.DeviceProcess;

/// <summary>
/// The parent's IPC endpoint for one device process: a separate actor system with its own certificate, which is terminated with the
/// process. So the parent's main system needs no remoting, and remoting's state about dead peers does not outlive them.
/// </summary>
internal sealed class ParentIpcEndpoint : IDisposable
{
    private readonly X509Certificate2 _certificate;
    private readonly ActorSystem _system;
    private readonly IActorRef _actor;

    /// <summary>Opens an endpoint for one process.</summary>
    /// <param name="incarnation">The owner's number for the process.</param>
    /// <param name="certificate">The only one that is accepted, with its key: PKCS #12.</param>
    /// <param name="owner">The actor that the process works for.</param>
    internal ParentIpcEndpoint(int incarnation, byte[] certificate, IActorRef owner)
    {
        _certificate = X509CertificateLoader.LoadPkcs12(certificate, null, X509KeyStorageFlags.EphemeralKeySet);
        var configuration = ConfigurationFactory.ParseString(AkkaHocon.IpcOfParent);
        _system = ActorSystem.Create(
            "actorcolorize-parent",
            ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(configuration), IpcCertificate.Setup(_certificate))
        );
        _actor = _system.ActorOf(
            Props.Create(() => new ParentIpcActor(incarnation, owner)).WithDispatcher(Dispatchers.Ipc),
            DeviceIpcActor.ActorName
        );
        Address = ((ExtendedActorSystem)_system).Provider.DefaultAddress.ToString();
    }

    /// <summary>Its address.</summary>
    internal string Address { get; }

    /// <summary>Sends the process a message.</summary>
    internal void Tell(object message) => _actor.Tell(new ParentIpcActor.ToProcess(message));

    /// <summary>Closes it in the background.</summary>
    public void Dispose() =>
        _system
            .Terminate()
            .ContinueWith(_ => _certificate.Dispose(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
}
