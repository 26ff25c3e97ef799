using ActorColorize.Protocol;

namespace ActorColorize.Gateway;

/// <summary>Puts the authenticated client's name on commands; a name given by the client itself is ignored.</summary>
internal static class ClientCommands
{
    /// <summary>The command with this client's name.</summary>
    public static JobCommands.IJobCommand Of(ClientId client, JobCommands.IJobCommand command) =>
        command switch
        {
            JobCommands.Submit submit => submit with { Client = client },
            JobCommands.Pause pause => pause with { Client = client },
            JobCommands.Resume resume => resume with { Client = client },
            JobCommands.Cancel cancel => cancel with { Client = client },
            JobCommands.SetPriority priority => priority with { Client = client },
            JobCommands.RetryFailed retry => retry with { Client = client },
            JobCommands.Review review => review with { Client = client },
            JobCommands.Delete delete => delete with { Client = client },
            _ => throw new ArgumentException($"{command.GetType().Name} has no client field", nameof(command)),
        };
}
