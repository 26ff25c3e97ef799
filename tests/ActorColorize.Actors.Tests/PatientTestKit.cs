using Akka.Configuration;
using Akka.TestKit.Xunit2;

namespace ActorColorize.Actors.Tests;

/// <summary>A test kit with timeouts that suit a busy machine; Akka's default of three seconds assumes an idle one.</summary>
public abstract class PatientTestKit(Config? configuration = null)
    : TestKit((configuration ?? Config.Empty).WithFallback(ConfigurationFactory.ParseString("akka.test.single-expect-default = 60s")))
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // Akka looks every tenth of what it may wait.
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(20);

    /// <summary>Waits until a condition holds.</summary>
    protected void AwaitCondition(Func<bool> condition) => AwaitCondition(condition, Patience, Glance);

    /// <summary>Waits until an assertion passes.</summary>
    protected void AwaitAssert(Action assertion) => AwaitAssert(assertion, Patience, Glance);
}
