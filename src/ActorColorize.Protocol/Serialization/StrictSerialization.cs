using System.Text;

namespace ActorColorize.Protocol.Serialization;

/// <summary>Serialization settings of an actor system that communicates with other processes.</summary>
public static class StrictSerialization
{
    /// <summary>
    /// HOCON: every message of the list is bound to <see cref="ProtocolSerializer"/>; no other types of this program can be sent or
    /// received, and there is no fallback to JSON. Akka's own messages keep their serializers.
    /// </summary>
    public static string Hocon { get; } = Write();

    // Akka's own serializers with their identifiers in frames. The one left out wraps messages to an actor selection.
    private static readonly (string Kind, int Identifier)[] OfMembers =
    [
        ("json", 1),
        ("bytes", 4),
        ("proto", 2),
        ("daemon-create", 3),
        ("akka-misc", 16),
        ("primitive", 17),
        ("akka-system-msg", 22),
    ];

    /// <summary>
    /// HOCON for an actor system whose peers are clients, not cluster members: <see cref="Hocon"/>, and Akka's own messages are refused as
    /// well.
    /// </summary>
    public static string HoconForClients { get; } = Hocon + WriteRefusals();

    /// <summary>Whether a message is on the list of serializable messages.</summary>
    public static bool Carries(object message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return ProtocolMessages.Contains(message);
    }

    private static string Write()
    {
        var bindings = new StringBuilder();
        foreach (var mapping in ProtocolMessages.All)
            bindings.AppendLine($"    \"{NameOf(mapping.Type)}\" = protocol");
        return $$"""
            akka.actor {
              serialization-settings.allow-unregistered-types = off
              serializers {
                json = "{{NameOf(typeof(RefusingSerializer))}}"
                protocol = "{{NameOf(typeof(ProtocolSerializer))}}"
              }
              serialization-bindings {
                "System.Object" = json
            {{bindings}}
              }
            }
            """;
    }

    private static string WriteRefusals()
    {
        var serializers = new StringBuilder();
        var settings = new StringBuilder();
        foreach (var (kind, identifier) in OfMembers)
        {
            serializers.AppendLine($"    {kind} = \"{NameOf(typeof(RefusedKind))}\"");
            settings.AppendLine(
                $$"""
                    {{kind}} {
                      identifier = {{identifier}}
                      kind = {{kind}}
                    }
                """
            );
        }

        return $$"""

            akka.actor {
              serializers {
            {{serializers}}
              }
              serialization-settings {
            {{settings}}
              }
            }
            """;
    }

    private static string NameOf(Type type) => $"{type.FullName}, {type.Assembly.GetName().Name}";
}
