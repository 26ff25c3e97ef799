namespace ActorColorize.Actors.Tests.Postgres;

/// <summary>Tests that share a server, each with a database of its own. Those that kill it have one of their own.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresCollection : ICollectionFixture<PostgresServer>
{
    /// <summary>The collection's name.</summary>
    public const string Name = "PostgreSQL";
}
