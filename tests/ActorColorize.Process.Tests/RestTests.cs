using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using ActorColorize.Actors.Tests.Pictures;
using SkiaSharp;

namespace ActorColorize.Process.Tests;

/// <summary>A daemon used over HTTP, with the model in the box.</summary>
public sealed class RestTests
{
    [Fact]
    public async Task One_picture_is_coloured_and_an_archive_is_completed_over_http()
    {
        using var scratch = new ScratchFolder();
        var configuration = Path.Combine(scratch.Path, "daemon.json");
        await File.WriteAllTextAsync(configuration, """{"rest": {"port": 0, "max_picture_megabytes": 1}}""");
        var archive = Path.Combine(scratch.Path, "old photos");
        for (var i = 0; i < 3; i++)
            DrawnDataset.Draw(Path.Combine(archive, $"{i}.jpg"), i, 120, 90, grey: true);
        await File.WriteAllTextAsync(Path.Combine(archive, "broken.jpg"), "no picture");
        var data = Path.Combine(scratch.Path, "data", "actorcolorize");
        using var daemon = new RunningProgram(scratch, "serve", "--config", configuration);
        await daemon.UntilAsync(() => File.Exists(Path.Combine(data, "gateway.json")), "it serves");
        var server = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(data, "rest.json"))).RootElement;
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(data, "rest.header")));
        using var client = new HttpClient { BaseAddress = new Uri(server.GetProperty("url").GetString()!) };

        using (var stranger = await client.GetAsync("/v1/jobs"))
            Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
        var header = (await File.ReadAllTextAsync(Path.Combine(data, "rest.header"))).Trim();
        client.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse(header["Authorization: ".Length..]);
        Assert.Equal(server.GetProperty("token").GetString(), client.DefaultRequestHeaders.Authorization.Parameter);

        var grey = await File.ReadAllBytesAsync(Path.Combine(archive, "0.jpg"));
        await RequireColouredAsync(client, grey, "image/jpeg");
        using (var picture = SKBitmap.Decode(grey))
        {
            await RequireColouredAsync(client, picture.Encode(SKEncodedImageFormat.Png, 100).ToArray(), "image/png");
            await RequireColouredAsync(client, picture.Encode(SKEncodedImageFormat.Webp, 90).ToArray(), "image/webp");
        }

        using (var text = await PostAsync(client, [0xFF, 0xD8, 0xFF, .. "no picture"u8]))
            Assert.Equal(HttpStatusCode.UnprocessableEntity, text.StatusCode);
        using (var large = await PostAsync(client, new byte[2 << 20]))
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);

        var (job, again) = (await SubmitAsync(client, archive, scratch), await SubmitAsync(client, archive, scratch));
        Assert.Equal(job, again);
        var events = await client.GetStringAsync($"/v1/jobs/{job}/events"); // ends with the job
        var last = events.Split('\n').Last(line => line.StartsWith("id: ", StringComparison.Ordinal))["id: ".Length..];
        Assert.Contains("event: ended", events, StringComparison.Ordinal);
        using (var nothingMore = await client.GetAsync($"/v1/jobs/{job}/events?after={last}"))
            Assert.Equal(HttpStatusCode.NoContent, nothingMore.StatusCode);
        var shown = await client.GetFromJsonAsync<JsonElement>($"/v1/jobs/{job}");
        Assert.Equal(
            ("completed_with_errors", 3, 1),
            (shown.GetProperty("phase").GetString(), shown.GetProperty("done").GetInt32(), shown.GetProperty("failed").GetInt32())
        );
        var errors = await client.GetFromJsonAsync<JsonElement>($"/v1/jobs/{job}/errors");
        Assert.Equal("broken.jpg", errors.GetProperty("errors")[0].GetProperty("item").GetString());
        Assert.Matches("actorcolorize_jobs\\{.*phase=\"completed_with_errors\"\\} [01]\n", await client.GetStringAsync("/metrics"));

        Assert.Equal(0, (await daemon.TerminateAsync()).ExitCode);
        Assert.False(File.Exists(Path.Combine(data, "rest.header")));
        Assert.Empty(Directory.GetDirectories(Path.Combine(data, "rest")));
    }

    [Fact]
    public async Task Jobs_and_models_are_deleted_over_http()
    {
        using var scratch = new ScratchFolder();
        var archive = Path.Combine(scratch.Path, "archive");
        for (var i = 0; i < 2; i++)
            DrawnDataset.Draw(Path.Combine(archive, $"{i}.jpg"), i, 120, 90, grey: true);
        var data = Path.Combine(scratch.Path, "data", "actorcolorize");
        var mine = Directory.CreateDirectory(Path.Combine(data, "models", "mine")).FullName;
        File.Copy(
            Path.Combine(Path.GetDirectoryName(Installation.Program)!, "models", "places.safetensors"),
            Path.Combine(mine, "step-00000001-000000000000.safetensors")
        );
        await File.WriteAllTextAsync(
            Path.Combine(mine, "current.json"),
            """
            {"file": "step-00000001-000000000000.safetensors", "sha256": "", "run": "20260101-000000-abcdef", "step": 1,
             "promotedAt": "2026-01-01T00:00:00Z"}
            """
        );
        await File.WriteAllTextAsync(Path.Combine(scratch.Path, "file"), "");
        using var daemon = new RunningProgram(scratch, "serve");
        await daemon.UntilAsync(() => File.Exists(Path.Combine(data, "gateway.json")), "it serves");
        using var client = await ClientOfAsync(data);

        // A job that waits for its output folder, which is below a file, needs its model
        var waits = await SubmitAsync(
            client,
            new
            {
                input = archive,
                output = Path.Combine(scratch.Path, "file", "out"),
                model = "mine",
            }
        );
        await RequireProblemAsync(client, $"/v1/jobs/{waits}", HttpStatusCode.Conflict, "not-in-this-phase", "cancel it first");
        await RequireProblemAsync(client, "/v1/models/mine", HttpStatusCode.Conflict, "model-in-use", waits);
        Assert.True(File.Exists(Path.Combine(mine, "current.json")));

        using (var cancelled = await client.PostAsync($"/v1/jobs/{waits}/cancel", null))
            Assert.Equal(HttpStatusCode.OK, cancelled.StatusCode);
        await client.GetStringAsync($"/v1/jobs/{waits}/events"); // ends with the job
        await DeleteAsync(client, $"/v1/jobs/{waits}", "once");
        await DeleteAsync(client, $"/v1/jobs/{waits}", "once"); // the same request again, as after a lost answer
        await RequireProblemAsync(client, $"/v1/jobs/{waits}", HttpStatusCode.NotFound, "unknown-job", waits);
        await DeleteAsync(client, "/v1/models/mine", "twice");
        Assert.False(Directory.Exists(mine));
        await RequireProblemAsync(client, "/v1/models/mine", HttpStatusCode.NotFound, "unknown-model", "mine");
        await RequireProblemAsync(client, "/v1/models/two%20words", HttpStatusCode.UnprocessableEntity, "invalid", "1 to 64 letters");

        // Results stay, the history goes
        var output = Path.Combine(scratch.Path, "out");
        var done = await SubmitAsync(client, new { input = archive, output });
        await client.GetStringAsync($"/v1/jobs/{done}/events");
        await DeleteAsync(client, $"/v1/jobs/{done}", null);
        foreach (var path in new[] { "", "/events", "/errors", "/items" })
        {
            using var gone = await client.GetAsync($"/v1/jobs/{done}{path}");
            Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
        }

        Assert.Equal(0, (await client.GetFromJsonAsync<JsonElement>("/v1/jobs")).GetProperty("jobs").GetArrayLength());
        Assert.Equal(["0.jpg", "1.jpg", "manifest.jsonl"], Directory.GetFiles(output).Select(Path.GetFileName).Order());
        Assert.Equal(0, (await daemon.TerminateAsync()).ExitCode);
    }

    [Fact]
    public async Task Where_the_usual_port_is_taken_another_one_is_used_and_no_error_is_logged()
    {
        using var scratch = new ScratchFolder();
        using var other = new TcpListener(IPAddress.Loopback, 4589);
        await TakeAsync(other);
        var data = Path.Combine(scratch.Path, "data", "actorcolorize");
        using var daemon = new RunningProgram(scratch, "serve");
        await daemon.UntilAsync(() => File.Exists(Path.Combine(data, "gateway.json")), "it serves");
        using var client = await ClientOfAsync(data);

        Assert.NotEqual(4589, client.BaseAddress!.Port);
        using (var ready = await client.GetAsync("/health/live"))
            Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        var ended = await daemon.TerminateAsync();
        Assert.Equal(0, ended.ExitCode);
        Assert.DoesNotContain("error:", ended.Error, StringComparison.Ordinal);
        var log = string.Concat(Directory.EnumerateFiles(Path.Combine(data, "logs")).Select(File.ReadAllText));
        Assert.Contains("REST cannot listen on 127.0.0.1:4589", log, StringComparison.Ordinal);
        Assert.DoesNotContain("[ERR]", log, StringComparison.Ordinal);
        Assert.DoesNotContain("Hosting failed", log, StringComparison.Ordinal);
    }

    /// <summary>
    /// Takes the port as soon as it is free. Most likely a daemon of another test has it, and could leave it at any moment; a program that
    /// keeps it for minutes takes it as well as the listener would.
    /// </summary>
    private static async Task TakeAsync(TcpListener listener)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < TimeSpan.FromMinutes(3); await Task.Delay(20))
        {
            try
            {
                listener.Start();
                return;
            }
            catch (SocketException)
            {
                // Another program has it.
            }
        }
    }

    private static async Task<HttpClient> ClientOfAsync(string data)
    {
        var server = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(data, "rest.json"))).RootElement;
        var client = new HttpClient { BaseAddress = new Uri(server.GetProperty("url").GetString()!) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", server.GetProperty("token").GetString());
        return client;
    }

    private static async Task<string> SubmitAsync(HttpClient client, object job)
    {
        using var answer = await client.PostAsJsonAsync("/v1/jobs", job);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("job").GetString()!;
    }

    /// <summary>Deletes something; while its last changes are being stored, the answer is 503.</summary>
    private static async Task DeleteAsync(HttpClient client, string path, string? key)
    {
        HttpStatusCode status;
        do
        {
            using var request = new HttpRequestMessage(HttpMethod.Delete, path);
            if (key is not null)
                request.Headers.Add("Idempotency-Key", key);
            using var answer = await client.SendAsync(request);
            status = answer.StatusCode;
        } while (status == HttpStatusCode.ServiceUnavailable);

        Assert.Equal(HttpStatusCode.NoContent, status);
    }

    private static async Task RequireProblemAsync(HttpClient client, string path, HttpStatusCode status, string kind, string word)
    {
        using var answer = await client.DeleteAsync(path);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((status, $"urn:actorcolorize:problem:{kind}"), (answer.StatusCode, problem.GetProperty("type").GetString()));
        Assert.Contains(word, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    /// <summary>The answer is of the same kind and size, and in colour.</summary>
    private static async Task RequireColouredAsync(HttpClient client, byte[] grey, string type)
    {
        using var coloured = await PostAsync(client, grey);
        Assert.True(coloured.IsSuccessStatusCode, await coloured.Content.ReadAsStringAsync());
        using var picture = SKBitmap.Decode(await coloured.Content.ReadAsByteArrayAsync());
        Assert.Equal((type, 120, 90), (coloured.Content.Headers.ContentType?.MediaType, picture.Width, picture.Height));
        Assert.Contains(picture.Pixels, pixel =>
            Math.Max(pixel.Red, Math.Max(pixel.Green, pixel.Blue)) - Math.Min(pixel.Red, Math.Min(pixel.Green, pixel.Blue)) > 8
        );
    }

    private static async Task<HttpResponseMessage> PostAsync(HttpClient client, byte[] picture)
    {
        using var content = new ByteArrayContent(picture);
        content.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        return await client.PostAsync("/v1/colorize", content);
    }

    private static async Task<string> SubmitAsync(HttpClient client, string archive, ScratchFolder scratch)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/jobs")
        {
            Content = JsonContent.Create(new { input = archive, output = Path.Combine(scratch.Path, "coloured") }),
            Headers = { { "Idempotency-Key", "album" } },
        };
        using var answer = await client.SendAsync(request);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("job").GetString()!;
    }
}
