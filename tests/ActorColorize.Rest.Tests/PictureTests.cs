using System.Net.Http.Headers;
using ActorColorize.Protocol;
using Akka.Actor;

namespace ActorColorize.Rest.Tests;

/// <summary>One picture in, the same in colour out, and nothing left behind.</summary>
public sealed class PictureTests
{
    private static readonly byte[] Jpeg = [0xFF, 0xD8, 0xFF, 0xE0, .. new byte[200_000]];

    [Fact]
    public async Task A_picture_comes_back_in_colour_and_leaves_nothing_behind()
    {
        JobSpecification? done = null;
        var server = await TestRestServer.ForItsOwnerAsync(job =>
        {
            done = job;
            return TrialDevice.Colours(job);
        });

        using var answer = await PostAsync(
            server,
            "/v1/colorize?strength=0.5&saturation=1.5&temperature=0.2&recolor=true",
            Jpeg,
            "application/octet-stream"
        );

        Assert.Equal((200, "image/jpeg"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        var coloured = await answer.Content.ReadAsByteArrayAsync();
        Assert.Equal([.. Jpeg, .. "coloured"u8], coloured);
        Assert.Equal(
            (0.5, 1.5, 0.2, true, "picture.jpg"),
            (done!.Strength, done.Saturation, done.Temperature, done.Recolor, done.SinglePicture)
        );
        await server.Server.DisposeAsync();
        Assert.True(server.Spool.IsEmpty);
        await server.DisposeAsync();
    }

    [Fact]
    public async Task The_distributions_of_a_picture_are_kept_for_its_client()
    {
        byte[] numbers = [1, 2, 3, 4];
        await using var server = await TestRestServer.ForItsOwnerAsync(job =>
        {
            if (job.WithDistribution)
                File.WriteAllBytes(Path.Combine(job.OutputRoot, JobSpecification.DistributionFile), numbers);
            return TrialDevice.Colours(job);
        });
        using var without = await PostAsync(server, "/v1/colorize", Jpeg, "image/jpeg");
        Assert.False(without.Headers.Contains("Link"));

        using var answer = await PostAsync(server, "/v1/colorize?distribution=true", Jpeg, "image/jpeg");

        var link = Assert.Single(answer.Headers.GetValues("Link"));
        var path = link[1..link.IndexOf('>', StringComparison.Ordinal)];
        Assert.Equal($"<{path}>; rel=\"related\"", link);
        using var first = await server.Client.GetAsync(path);
        Assert.Equal(numbers, await first.Content.ReadAsByteArrayAsync());
        using var again = new HttpRequestMessage(HttpMethod.Get, path);
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var unchanged = await server.Client.SendAsync(again);
        Assert.Equal(304, (int)unchanged.StatusCode);
        using var unknown = await server.Client.GetAsync($"{path}0");
        Assert.Contains(
            "colour the picture again",
            await TestRestServer.ProblemAsync(unknown, 404, "unknown-path"),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Distributions_are_forgotten_after_a_while_and_the_oldest_when_there_are_too_many()
    {
        var clock = new MovableClock();
        var kept = new KeptDistributions(clock);
        var (one, other) = (new ClientId("one"), new ClientId("other"));
        string Keep(int bytes) => kept.Keep(one, new MemoryStream(new byte[bytes]))!;

        var first = Keep(KeptDistributions.MostBytesOfOne);
        Assert.Equal(KeptDistributions.MostBytesOfOne, kept.Find(one, first)!.Bytes.Length);
        Assert.Null(kept.Find(other, first));
        Assert.Null(kept.Keep(one, new MemoryStream(new byte[KeptDistributions.MostBytesOfOne + 1])));
        var newer = Enumerable.Range(0, 4).Select(_ => Keep(KeptDistributions.MostBytesOfOne)).ToArray();
        Assert.Null(kept.Find(one, first));
        Assert.All(newer, name => Assert.NotNull(kept.Find(one, name)));
        clock.Now += KeptDistributions.Lifetime;
        Assert.All(newer, name => Assert.Null(kept.Find(one, name)));
    }

    [Theory]
    [InlineData("text/plain", "no picture", 415, "unsupported-media-type", "'text/plain'")]
    [InlineData("application/x-www-form-urlencoded", "no picture", 415, "unsupported-media-type", "image/jpeg")]
    [InlineData("image/jpeg", "no picture at all", 422, "not-a-picture", "whatever its Content-Type says")]
    [InlineData("image/jpeg", "", 422, "not-a-picture", "the body is empty")]
    public async Task A_body_that_is_not_a_picture_is_refused(string type, string body, int status, string kind, string named)
    {
        var server = await TestRestServer.ForItsOwnerAsync();

        using var answer = await PostAsync(server, "/v1/colorize", System.Text.Encoding.UTF8.GetBytes(body), type);

        Assert.Contains(named, await TestRestServer.ProblemAsync(answer, status, kind), StringComparison.Ordinal);
        await server.Server.DisposeAsync();
        Assert.True(server.Spool.IsEmpty);
        await server.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_picture_over_the_limit_is_refused_with_and_without_a_declared_length(bool saysSo)
    {
        await using var server = await TestRestServer.ForItsOwnerAsync(with: settings => settings with { LargestPicture = 100_000 });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/colorize")
        {
            Content = saysSo ? new ByteArrayContent(Jpeg) : new StreamContent(new Endless(Jpeg)),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        request.Headers.ExpectContinue = saysSo; // nothing is sent where the answer is known before

        using var answer = await server.Client.SendAsync(request);

        Assert.Contains("100,000", await TestRestServer.ProblemAsync(answer, 413, "too-large"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_outcome_of_a_picture_is_reported_as_a_problem()
    {
        ItemOutcome outcome = new ItemOutcome.Skipped(SkipReason.AlreadyColour);
        await using var server = await TestRestServer.ForItsOwnerAsync(_ => outcome);

        async Task<string> Becomes(ItemOutcome what, int status, string kind)
        {
            outcome = what;
            using var answer = await PostAsync(server, "/v1/colorize", Jpeg, "image/jpeg");
            return await TestRestServer.ProblemAsync(answer, status, kind);
        }

        Assert.Contains("recolor=true", await Becomes(outcome, 422, "already-colour"), StringComparison.Ordinal);
        Assert.Equal(
            "the file ends early",
            await Becomes(
                new ItemOutcome.Failed(FailureClass.Unreadable, "/somewhere/picture.jpg: the file ends early"),
                422,
                "not-a-picture"
            )
        );
        await Becomes(new ItemOutcome.Failed(FailureClass.TooLarge, "too many pixels"), 413, "too-large");
        await Becomes(new ItemOutcome.Failed(FailureClass.Unsupported, "GIF"), 415, "unsupported-picture");
        await Becomes(new ItemOutcome.Failed(FailureClass.Device, "the device failed"), 503, "unavailable");
        await Becomes(new ItemOutcome.Quarantined(3, "crash"), 422, "harmful-picture");
    }

    [Fact]
    public async Task A_disconnected_clients_job_is_cancelled()
    {
        var begun = new TaskCompletionSource();
        var server = await TestRestServer.ForItsOwnerAsync(_ =>
        {
            begun.TrySetResult();
            return null; // for ever
        });
        using var leave = new CancellationTokenSource();
        var asking = PostAsync(server, "/v1/colorize", Jpeg, "image/jpeg", leave.Token);
        await begun.Task;
        var cancelled = server.Coordinator.Ask<JobReports.EventPage>(
            new JobQueries.EventsAfter(new JobId("job-1"), 1, 10, TimeSpan.FromMinutes(1))
        );

        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        Assert.Equal(JobOutcome.Cancelled, Assert.IsType<JobEvents.JobEnded>(Assert.Single((await cancelled).Events).Event).Outcome);
        await server.Server.DisposeAsync();
        Assert.True(server.Spool.IsEmpty);
        await server.DisposeAsync();
    }

    [Fact]
    public async Task A_picture_that_takes_too_long_is_cancelled()
    {
        await using var server = await TestRestServer.ForItsOwnerAsync(
            _ => null,
            with: settings => settings with { PictureWithin = TimeSpan.FromMilliseconds(50) }
        );

        using var answer = await PostAsync(server, "/v1/colorize", Jpeg, "image/jpeg");

        await TestRestServer.ProblemAsync(answer, 503, "unavailable");
        Assert.Equal(30, answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
    }

    [Fact]
    public async Task Pictures_in_progress_are_limited_and_cancelled_when_the_server_closes()
    {
        var begun = new TaskCompletionSource();
        var server = await TestRestServer.ForItsOwnerAsync(
            _ =>
            {
                begun.TrySetResult();
                return null;
            },
            with: settings => settings with { PicturesAtOnce = 2 }
        );
        var first = PostAsync(server, "/v1/colorize", Jpeg, "image/jpeg");
        await begun.Task;

        using var second = await PostAsync(server, "/v1/colorize", Jpeg, "image/jpeg");
        Assert.Contains(
            "1 pictures of owner",
            await TestRestServer.ProblemAsync(second, 429, "too-many-at-once"),
            StringComparison.Ordinal
        );
        await server.Server.DisposeAsync();

        using var given = await first;
        Assert.Contains("the daemon is stopping", await TestRestServer.ProblemAsync(given, 503, "unavailable"), StringComparison.Ordinal);
        Assert.True(server.Spool.IsEmpty);
        await server.DisposeAsync();
    }

    [Fact]
    public void One_client_has_at_most_half_of_the_slots_and_all_clients_at_most_all()
    {
        var slots = new PictureSlots(4);
        slots.Take(new ClientId("a"));
        slots.Take(new ClientId("a"));
        Assert.Equal(429, Assert.Throws<RestProblem>(() => slots.Take(new ClientId("a"))).Status);
        slots.Take(new ClientId("b"));
        slots.Take(new ClientId("c"));
        Assert.Equal(503, Assert.Throws<RestProblem>(() => slots.Take(new ClientId("d"))).Status);
        slots.Release(new ClientId("a"));
        slots.Take(new ClientId("d"));
    }

    private static async Task<HttpResponseMessage> PostAsync(
        TestRestServer server,
        string path,
        byte[] body,
        string type,
        CancellationToken cancellation = default
    )
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return await server.Client.PostAsync(path, content, cancellation);
    }

    private sealed class MovableClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => Now;
    }

    /// <summary>A body without a declared length.</summary>
    private sealed class Endless(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
