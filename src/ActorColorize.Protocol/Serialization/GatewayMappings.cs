using static ActorColorize.Protocol.Serialization.MessageMapping;
using static ActorColorize.Protocol.Serialization.WireText;
using static ActorColorize.Protocol.Serialization.WireTime;

namespace ActorColorize.Protocol.Serialization;

/// <summary><see cref="GatewayCommands"/> and <see cref="GatewayAnswers"/>.</summary>
internal static class GatewayMappings
{
    internal static IReadOnlyList<MessageMapping> All { get; } =
    [
        Of<GatewayCommands.Hello, Wire.GatewayHello>(
            "ghe",
            m =>
                new()
                {
                    Version = m.Version,
                    Program = m.Program,
                    Name = m.Name,
                    Nonce = m.Nonce,
                },
            w => new(w.Version, w.Program, w.Name, w.Nonce)
        ),
        Of<GatewayCommands.Prove, Wire.GatewayProve>(
            "gpr",
            m => new() { Proof = m.Proof, Certificate = m.Certificate },
            w => new(w.Proof, w.Certificate)
        ),
        Of<GatewayCommands.KeepAlive, Wire.GatewayKeepAlive>("gka", _ => new(), _ => new()),
        Of<GatewayCommands.SubmitJob, Wire.GatewaySubmitJob>("gsu", Submission, w =>
            new(
                Command(w.Command),
                w.Key,
                WireEnum.To<JobPriority>(w.Priority),
                Request(Present(w.Request, "request")),
                w.HasTraceParent ? w.TraceParent : null
            )
        ),
        Of<GatewayCommands.ShowDaemon, Wire.ShowDaemon>("gsd", _ => new(), _ => new()),
        Of<GatewayCommands.ShowNodes, Wire.ShowNodes>("gsn", _ => new(), _ => new()),
        Of<GatewayAnswers.Challenge, Wire.GatewayChallenge>(
            "gch",
            m => new() { Version = m.Version, Nonce = m.Nonce },
            w => new(w.Version, w.Nonce)
        ),
        Of<GatewayAnswers.Welcome, Wire.GatewayWelcome>(
            "gwe",
            m =>
                new()
                {
                    Client = m.Client.Value,
                    Program = m.Program,
                    KeepAliveEvery = Of(m.KeepAliveEvery),
                },
            w => new(Client(w.Client), w.Program, Duration(w.KeepAliveEvery))
        ),
        Of<GatewayAnswers.Refused, Wire.GatewayRefused>(
            "gre",
            m =>
                new()
                {
                    Kind = WireEnum.Of(m.Kind),
                    Reason = Line(m.Reason),
                    AskAgainAfter = Of(m.AskAgainAfter),
                },
            w => new(WireEnum.To<GatewayRefusal>(w.Kind), w.Reason, Duration(w.AskAgainAfter))
        ),
        Of<GatewayAnswers.DaemonStatus, Wire.DaemonStatus>(
            "gst",
            m =>
                new()
                {
                    Program = m.Program,
                    Process = m.Process,
                    StartedAt = Of(m.StartedAt),
                    Clients = m.Clients,
                    Device = m.Device,
                    Certificate = Expiry(m.Certificate),
                },
            w => new(w.Program, w.Process, Time(w.StartedAt), w.Clients, w.Device, Expiry(w.Certificate))
        ),
        Of<GatewayAnswers.NodePage, Wire.NodePage>(
            "gno",
            m => new() { Nodes = { m.Nodes.Select(Node) }, Coordinators = Quorum(m.Coordinators) },
            w => new([.. w.Nodes.Select(Node)], Quorum(w.Coordinators))
        ),
    ];

    private static Wire.NodeReport Node(NodeReport part)
    {
        var wire = new Wire.NodeReport
        {
            Address = part.Address,
            Role = part.Role,
            State = part.State,
            IsReachable = part.IsReachable,
            IsLeader = part.IsLeader,
            Certificate = Expiry(part.Certificate),
        };
        if (part.Program is { } program)
            wire.Program = program;
        return wire;
    }

    private static NodeReport Node(Wire.NodeReport wire) =>
        new(
            wire.Address,
            wire.Role,
            wire.State,
            wire.IsReachable,
            wire.IsLeader,
            wire.HasProgram ? wire.Program : null,
            Expiry(wire.Certificate)
        );

    private static Wire.CertificateExpiry? Expiry(CertificateExpiry? part) =>
        part is null ? null : new() { Setting = part.Setting, ExpiresAt = Of(part.ExpiresAt) };

    private static CertificateExpiry? Expiry(Wire.CertificateExpiry? wire) => wire is null ? null : new(wire.Setting, Time(wire.ExpiresAt));

    private static Wire.CoordinatorQuorum? Quorum(CoordinatorQuorum? part) =>
        part is null
            ? null
            : new()
            {
                Expected = { part.Expected },
                Seen = { part.Seen },
                Needed = part.Needed,
            };

    private static CoordinatorQuorum? Quorum(Wire.CoordinatorQuorum? wire) =>
        wire is null ? null : new([.. wire.Expected], [.. wire.Seen], wire.Needed);

    private static Wire.GatewaySubmitJob Submission(GatewayCommands.SubmitJob message)
    {
        var wire = new Wire.GatewaySubmitJob
        {
            Command = message.Command.Value,
            Key = message.Key,
            Priority = WireEnum.Of(message.Priority),
            Request = Request(message.Request),
        };
        if (message.TraceParent is { } span)
            wire.TraceParent = span;
        return wire;
    }

    private static Wire.JobRequest Request(JobRequest part)
    {
        var wire = new Wire.JobRequest
        {
            Input = part.Input,
            Output = part.Output,
            FlipAverage = part.FlipAverage,
            Strength = part.Strength,
            Recolor = part.Recolor,
            Toned = WireEnum.Of(part.Toned),
            Doubtful = WireEnum.Of(part.Doubtful),
            Salvage = part.Salvage,
            IncludeHidden = part.IncludeHidden,
            Codec = WireEnum.Of(part.Codec),
            WithDistribution = part.WithDistribution,
            AllFrames = part.AllFrames,
        };
        if (part.Model is { } model)
            wire.Model = model;
        if (part.Temperature is { } temperature)
            wire.Temperature = temperature;
        if (part.Rebalance is { } rebalance)
            wire.Rebalance = rebalance;
        if (part.Saturation is { } saturation)
            wire.Saturation = saturation;
        if (part.Batch is { } batch)
            wire.Batch = batch;
        if (part.Quality is { } quality)
            wire.Quality = quality;
        if (part.RejectedOf is { } job)
            wire.RejectedOf = job.Value;
        if (part.MaxMegapixels is { } most)
            wire.MaxMegapixels = most;
        return wire;
    }

    private static JobRequest Request(Wire.JobRequest wire) =>
        new(
            wire.Input,
            wire.Output,
            wire.HasModel ? wire.Model : null,
            wire.HasTemperature ? wire.Temperature : null,
            wire.HasRebalance ? wire.Rebalance : null,
            wire.FlipAverage,
            wire.Strength,
            wire.HasSaturation ? wire.Saturation : null,
            wire.Recolor,
            wire.HasBatch ? wire.Batch : null,
            WireEnum.ToOptional<PicturePolicy>(wire.Toned) ?? PicturePolicy.Colorize,
            WireEnum.ToOptional<PicturePolicy>(wire.Doubtful) ?? PicturePolicy.List,
            wire.Salvage,
            wire.IncludeHidden,
            wire.HasQuality ? wire.Quality : null,
            wire.HasRejectedOf ? Job(wire.RejectedOf) : null,
            WireEnum.ToOptional<CodecChoice>(wire.Codec) ?? CodecChoice.Auto,
            wire.HasMaxMegapixels ? wire.MaxMegapixels : null,
            wire.WithDistribution,
            wire.AllFrames
        );
}
