using Akka.Configuration;
using Akka.TestKit.Xunit2;

namespace ActorColorize.Actors.Tests;

/// <summary>A test kit that waits for what must come as long as a busy machine may take; Akka's own three seconds are a bet on an idle one.</summary>
public abstract class PatientTestKit(Config? configuration = null)
    : TestKit((configuration ?? Config.Empty).WithFallback(ConfigurationFactory.ParseString("akka.test.single-expect-default = 60s")));
