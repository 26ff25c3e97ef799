using System.CommandLine;
using ActorColorize.Host.Isolation;

namespace ActorColorize.Host.CommandLine;

/// <summary>Whether the device is in a process of its own, for the commands that work for long.</summary>
internal sealed class IsolationOptionGroup : IOptionGroup
{
    private readonly Option<string> _isolate = Isolate();
    private readonly Option<double> _deadline = OptionValues.Number(
        "--device-deadline",
        "SECONDS",
        "Replace a device process that does not move on for so long; five times as long, at least 60 s, while it opens or "
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

    /// <summary>What was chosen; <c>--isolate</c> without a value is "on".</summary>
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
            "Keep the device in a process of its own, which is replaced when it dies or hangs; auto: on CUDA devices",
            "auto",
            "auto",
            "on",
            "off"
        );
        option.Arity = ArgumentArity.ZeroOrOne;
        return option;
    }
}
