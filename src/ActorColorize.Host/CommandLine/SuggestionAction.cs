using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Invocation;
using System.Globalization;

namespace ActorColorize.Host.CommandLine;

/// <summary>
/// Answers <c>[suggest:POSITION] "actorcolorize job s"</c>, which the scripts of <c>completion</c> ask for: what can stand at the position,
/// one word a line. Options are suggested after a dash only, so that the shell can complete file names, and earlier names never.
/// </summary>
internal sealed class SuggestionAction(SuggestDirective directive) : SynchronousCommandLineAction
{
    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        foreach (var word in Words(parseResult.RootCommandResult.Command, TypedPart(parseResult)))
            parseResult.InvocationConfiguration.Output.WriteLine(word);
        return 0;
    }

    /// <summary>The words that can follow or complete what was typed after the program's name.</summary>
    internal static IReadOnlyList<string> Words(Command root, string typed)
    {
        var parsed = root.Parse(typed, new ParserConfiguration { ResponseFileTokenReplacer = null });
        var word = typed.Length == 0 || char.IsWhiteSpace(typed[^1]) ? "" : typed[(typed.LastIndexOf(' ') + 1)..];
        var hidden = parsed.CommandResult.Command.Options.SelectMany(OptionValues.EarlierNames).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. parsed
                .GetCompletions(typed.Length)
                .Select(static item => item.InsertText ?? item.Label)
                .Where(text =>
                    text.StartsWith(word, StringComparison.Ordinal)
                    && !hidden.Contains(text)
                    && (
                        text.StartsWith("--", StringComparison.Ordinal)
                            ? word.StartsWith('-')
                            : !text.StartsWith('-') && !text.StartsWith('/')
                    )
                )
                .Distinct(StringComparer.Ordinal),
        ];
    }

    private string TypedPart(ParseResult parsed)
    {
        var line = parsed.Tokens.LastOrDefault(static token => token.Type != System.CommandLine.Parsing.TokenType.Directive)?.Value ?? "";
        var position =
            parsed.GetResult(directive)?.Values is [var text, ..]
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var given)
                ? Math.Min(given, line.Length)
                : line.Length;
        var before = line[..position].TrimStart();
        var program = before.IndexOf(' ', StringComparison.Ordinal);
        return program < 0 ? "" : before[(program + 1)..];
    }
}
