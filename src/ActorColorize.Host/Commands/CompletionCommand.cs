using System.CommandLine;
using System.Reflection;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Failures;

namespace ActorColorize.Host.Commands;

/// <summary><c>completion</c>: prints a shell's completion script.</summary>
internal sealed class CompletionCommand : BoundCommand<string>
{
    private static readonly string[] Shells = ["bash", "zsh", "fish"];

    public readonly Argument<string> Shell = new("SHELL") { Description = "bash, zsh or fish" };

    private readonly CommandContext _context;

    /// <summary>Builds the command.</summary>
    public CompletionCommand(CommandContext context)
        : base(
            "completion",
            "Print a script that completes commands, options and their words in a shell.",
            new("completion bash > ~/.local/share/bash-completion/completions/actorcolorize", "for every new bash of this account"),
            new("completion zsh", "in ~/.zshrc after compinit: source <(actorcolorize completion zsh)"),
            new("completion fish > ~/.config/fish/completions/actorcolorize.fish", "for every new fish of this account")
        )
    {
        _context = context;
        Shell.CompletionSources.Add(Shells);
        Shell.Validators.Add(result =>
        {
            if (result.Tokens is [var shell] && !Shells.Contains(shell.Value, StringComparer.Ordinal))
                result.AddError($"SHELL is bash, zsh or fish, not '{shell.Value}'.");
        });
    }

    /// <inheritdoc/>
    protected override string Bind(ParseResult parsed) => parsed.GetRequiredValue(Shell);

    /// <inheritdoc/>
    public override async Task<ExitCode> RunAsync(string options)
    {
        using var script = new StreamReader(
            Assembly.GetExecutingAssembly().GetManifestResourceStream($"completion.{options}")
                ?? throw new InvalidOperationException($"completion.{options} is not embedded")
        );
        _context.Screen.Line((await script.ReadToEndAsync()).TrimEnd());
        return ExitCode.Success;
    }
}
