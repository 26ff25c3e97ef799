using System.CommandLine;
using ActorColorize.Host.Isolation;

namespace ActorColorize.Host.CommandLine;

/// <summary>The options of commands that can run parts in separate processes.</summary>
internal sealed class IsolationOptionGroup : IOptionGroup
{
    private readonly Option<string> _isolate = Isolate();
    private readonly Option<double> _deadline = OptionValues.Number(
        "--device-deadline",
        "SECONDS",
        "Replace a device process that makes no progress for this time; five times as long, at least 60 s, while it opens or "
            + "waits for pictures",
        1.0,
        86_400.0,
        IsolationOptions.DefaultDeadlineSeconds
    );

    /// <inheritdoc/>
    public void AddTo(Command command)
    {
        command.Options.Add(_isolate);
        command.Options.Add(_deadline);
    }

    /// <summary>The chosen isolation; <c>--isolate</c> without a value is "on".</summary>
    public IsolationOptions Of(ParseResult parsed)
    {
        var isBare = parsed.GetResult(_isolate) is { Implicit: false, Tokens.Count: 0 };
        return new(
            isBare ? IsolationMode.On : Enum.Parse<IsolationMode>(parsed.GetRequiredValue(_isolate), ignoreCase: true),
            parsed.GetValue(_deadline)
        );
    }

    private static Option<string> Isolate()
    {
        var option = OptionValues.OneOf(
            "--isolate",
            "Run parts in separate processes, which are replaced if they crash or hang. codec: the decoding of pictures; on: that and the "
                + "device; auto: CUDA devices",
            "auto",
            "auto",
            "on",
            "off",
            "codec"
        );
        option.Arity = ArgumentArity.ZeroOrOne;
        return option;
    }
}
