using System.CommandLine;
using ActorColorize.Client;
using ActorColorize.Host.CommandLine;
using ActorColorize.Host.Displays;
using ActorColorize.Host.Failures;
using ActorColorize.Protocol;

namespace ActorColorize.Host.Commands.Jobs;

/// <summary>The options of <c>job review</c>.</summary>
/// <param name="Job">The job's id.</param>
/// <param name="Pictures">Paths of the pictures, as in the manifest; none: the decisions so far are shown.</param>
/// <param name="Decision">The decision about them.</param>
internal sealed record JobReviewOptions(JobId Job, IReadOnlyList<string> Pictures, ReviewDecision Decision);

/// <summary><c>job review</c>: approves and rejects results.</summary>
internal sealed class JobReviewCommand(CommandContext context)
    : OneJobCommand<JobReviewOptions>(
        context,
        "review",
        "Approve or reject results; 'job rerun' colours the rejected ones again. Without pictures, list what is rejected.",
        new Example("job review 20260101-120000-abcdef --picture a.jpg --picture b/c.jpg", "paths are those of manifest.jsonl")
    )
{
    private static readonly Dictionary<string, ReviewDecision> Decisions = new(StringComparer.Ordinal)
    {
        ["approved"] = ReviewDecision.Approved,
        ["rejected"] = ReviewDecision.Rejected,
        ["none"] = ReviewDecision.None,
    };

    public readonly Option<string[]> Pictures = OptionValues.Paths(
        "--picture",
        "PATH",
        "A result, relative to the output folder; can be given more than once",
        required: false
    );
    public readonly Option<string> Decision = OptionValues.OneOf(
        "--decision",
        "What you have decided; none takes a decision back",
        "rejected",
        [.. Decisions.Keys]
    );

    /// <inheritdoc/>
    protected override JobReviewOptions BindOptions(ParseResult parsed) =>
        new(JobOf(parsed), parsed.GetValue(Pictures) ?? [], Decisions[parsed.GetRequiredValue(Decision)]);

    /// <inheritdoc/>
    protected override async Task<ExitCode> RunAsync(ColorizeClient client, JobReviewOptions options)
    {
        if (options.Pictures.Count > 0)
            await ReviewAsync(client, options);
        else
            await foreach (var item in client.Jobs.ItemsAsync(options.Job, review: ReviewDecision.Rejected, cancellation: Stop))
                Screen.Line($"rejected: {PrintableName.Of(item.RelativePath)}");
        var counts = await client.Jobs.ReviewsAsync(options.Job, Stop);
        Screen.Line($"job {options.Job}: {Quantities.Count(counts.Approved)} approved, {Quantities.Count(counts.Rejected)} rejected");
        Screen.Json(
            new
            {
                Job = options.Job.Value,
                counts.Approved,
                counts.Rejected,
            }
        );
        return ExitCode.Success;
    }

    private async Task ReviewAsync(ColorizeClient client, JobReviewOptions options)
    {
        var wanted = options.Pictures.ToHashSet(StringComparer.Ordinal);
        var numbers = new List<long>();
        await foreach (var item in client.Jobs.ItemsAsync(options.Job, ItemState.Done, cancellation: Stop))
        {
            if (wanted.Remove(item.RelativePath))
                numbers.Add(item.Number);
            if (wanted.Count == 0)
                break;
        }

        if (wanted.Count > 0)
            throw new InputException($"job {options.Job} has no result {PrintableName.Of(wanted.Order(StringComparer.Ordinal).First())}");
        foreach (var part in numbers.Chunk(JobCommands.MostReviewed))
            await client.Jobs.ReviewAsync(options.Job, part, options.Decision, Stop);
    }
}
