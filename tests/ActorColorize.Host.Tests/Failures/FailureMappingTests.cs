using System.Reflection;
using ActorColorize.Data.Datasets;
using ActorColorize.Host.Failures;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Training;

namespace ActorColorize.Host.Tests.Failures;

public sealed class FailureMappingTests
{
    public static TheoryData<Exception, int> Known =>
        new()
        {
            { new UsageException("u"), 2 },
            { new InputException("i"), 4 },
            { new OutputException("o"), 5 },
            { new RunFailedException("r"), 7 },
            { new DatasetException("no pictures in 'photos'"), 4 },
            { new CheckpointException("runs/1: no checkpoint"), 4 },
            { new ConfigurationException("batch: must be positive"), 2 },
            { new FileNotFoundException("gone"), 4 },
            { new DirectoryNotFoundException("gone"), 4 },
            { new UnauthorizedAccessException("denied"), 5 },
            { new IOException("No space left on device : '/mnt/x'", 28), 5 },
            { new IOException("Read-only file system", 30), 5 },
            { new IOException("Input/output error", 5), 7 },
            { new DllNotFoundException("libtorch"), 6 },
            { new TypeInitializationException("torch", new DllNotFoundException("libtorch")), 6 },
            { new TargetInvocationException(new AggregateException(new InputException("i"))), 4 },
            { new InvalidOperationException("a bug"), 1 },
        };

    [Theory]
    [MemberData(nameof(Known), DisableDiscoveryEnumeration = true)]
    public void Each_kind_of_failure_has_its_exit_code(Exception exception, int code) =>
        Assert.Equal((ExitCode)code, FailureMapping.Of(exception).Code);

    [Fact]
    public void The_message_is_one_line() =>
        Assert.Equal(
            "a native library cannot be loaded: Unable to load shared library 'LibTorchSharp' or one of its dependencies.; run "
                + "'actorcolorize doctor' for details",
            FailureMapping
                .Of(
                    new DllNotFoundException(
                        "Unable to load shared library 'LibTorchSharp' or one of its dependencies.\n/a/b: not found\r\n/c"
                    )
                )
                .Message
        );

    [Fact]
    public void The_message_of_a_wrapped_failure_is_that_of_its_cause() =>
        Assert.Equal(
            "photos: no such folder",
            FailureMapping.Of(new AggregateException("outer", new DatasetException("photos: no such folder"))).Message
        );

    [Fact]
    public void Several_simultaneous_failures_are_a_bug() =>
        Assert.Equal(
            ExitCode.UnexpectedFault,
            FailureMapping.Of(new AggregateException(new InputException("a"), new InputException("b"))).Code
        );

    [Fact]
    public void Every_exit_code_is_documented_once() =>
        Assert.Equal(Enum.GetValues<ExitCode>().Order(), ExitCodes.All.Select(entry => entry.Code));
}
