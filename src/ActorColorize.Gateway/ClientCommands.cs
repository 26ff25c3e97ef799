using ActorColorize.Protocol;

namespace ActorColorize.Gateway;

/// <summary>Commands as the one who was let in: what a client says of itself in them does not count.</summary>
internal static class ClientCommands
{
    /// <summary>The command in this client's name.</summary>
    public static JobCommands.IJobCommand Of(ClientId client, JobCommands.IJobCommand command) =>
        command switch
        {
            JobCommands.Submit submit => submit with { Client = client },
            JobCommands.Pause pause => pause with { Client = client },
            JobCommands.Resume resume => resume with { Client = client },
            JobCommands.Cancel cancel => cancel with { Client = client },
            JobCommands.SetPriority priority => priority with { Client = client },
            JobCommands.RetryFailed retry => retry with { Client = client },
            _ => throw new ArgumentException($"{command.GetType().Name} has no client to put", nameof(command)),
        };
}
