using ActorColorize.Host.Doctor;
using ActorColorize.Interchange;
using ActorColorize.Model.Devices;
using ActorColorize.Model.Inference;

namespace ActorColorize.Host.Tests.Doctor;

public sealed class DoctorTextTests
{
    private static readonly DoctorReport Healthy = new(
        "0.1.0",
        new HostFacts(
            "10.0.1",
            "Debian 12",
            "2.36",
            "GLIBCXX_3.4.30",
            "2.10.0",
            null,
            new CpuFacts("EPYC", ["avx2"], 2, 4, "x", ReportsCacheSizes: false),
            2,
            25_000_000_000,
            ["cpu"],
            new PrecisionChoice(Precision.Bf16, 2.1, "bf16 is 2.10 times as fast as fp32 here, so bf16 is used")
        ),
        new DeviceChoice("cpu", "no usable CUDA device was found"),
        new EngineDecision(EngineChoice.Onnx, "1.70 times as fast as LibTorch here, with the same colours") { Ratio = 1.7 },
        new CodecFacts(
            "libvips 8.18.7",
            true,
            [new Codec("jpeg", true, true), new Codec("tiff", true, false), new Codec("webp", false, false)]
        ),
        [new DiskFacts("here", "/data", 5_000_000_000), new DiskFacts("logs", "/gone", null)],
        [
            new CheckedConvolution("3x3, 1 -> 16", "bf16", "Native", 0.011, 0.047, []),
            new CheckedConvolution(
                "3x3 /2, 16 -> 16",
                "bf16",
                "Fp32",
                4e-7,
                1e-5,
                [new RejectedRoute("Native", 0.8, "input gradient"), new RejectedRoute("ChannelsLast", null, "output")]
            ),
        ],
        null
    );

    [Fact]
    public void The_machine_is_described_with_one_line_per_item() =>
        Assert.Equal(
            [
                "ActorColorize 0.1.0",
                ".NET          10.0.1",
                "system        Debian 12; glibc 2.36; libstdc++ GLIBCXX_3.4.30",
                "processor     EPYC; 2 cores, 2 threads for tensors",
                "memory        25.0 GB",
                "LibTorch      2.10.0",
                "devices       cpu; uses cpu (no usable CUDA device was found)",
                "precision     bf16 on the CPU (bf16 is 2.10 times as fast as fp32 here, so bf16 is used)",
                "engine        torch; --engine auto takes onnx for the places model "
                    + "(1.70 times as fast as LibTorch here, with the same colours)",
                "pictures      libvips 8.18.7; jpeg, tiff (read only), no webp",
                "disk          5.0 GB free for here (/data)",
                "disk          free space unknown for logs (/gone)",
            ],
            DoctorText.Machine(Healthy)
        );

    [Fact]
    public void A_faulty_kernel_is_named_with_its_replacement() =>
        Assert.Equal(
            [
                "convolutions  1 of 2 give wrong results on their fastest route and use another one",
                "  3x3, 1 -> 16      bf16  Native, error 1.1e-2 of 4.7e-2 allowed",
                "  3x3 /2, 16 -> 16  bf16  Fp32, error 4.0e-7 of 1.0e-5 allowed; Native is wrong (input gradient 8.0e-1); ChannelsLast "
                    + "is wrong (output not a number)",
                "OK: training and colouring can run here",
            ],
            DoctorText.Verdict(Healthy)
        );

    [Fact]
    public void Without_LibTorch_the_reason_replaces_the_version()
    {
        var report = Healthy with
        {
            Host = Healthy.Host with
            {
                LibTorch = null,
                LibTorchProblem = "LibTorch cannot be loaded: libtorch.so is missing",
                Devices = [],
                CpuPrecision = null,
            },
            Device = null,
            Engine = null,
            Convolutions = null,
            ConvolutionNote = "not checked: LibTorch is not loaded",
        };

        Assert.False(report.IsHealthy);
        Assert.Contains("LibTorch      cannot be loaded: libtorch.so is missing", DoctorText.Machine(report));
        Assert.Equal(
            ["convolutions  not checked: LibTorch is not loaded", "NOT OK: see above for what is missing"],
            DoctorText.Verdict(report)
        );
    }

    [Fact]
    public void A_convolution_that_is_wrong_on_every_route_makes_the_machine_unfit()
    {
        var report = Healthy with
        {
            Convolutions = [new CheckedConvolution("3x3, 1 -> 16", "bf16", null, null, null, [new RejectedRoute("Native", 0.8, "output")])],
        };

        Assert.False(report.IsHealthy);
        Assert.Contains(DoctorText.Verdict(report), line => line.Contains("WRONG on every route", StringComparison.Ordinal));
    }

    [Fact]
    public void A_convolution_in_words() =>
        Assert.Equal(
            "transposed 4x4 /2, 128 -> 64, 32 of 16x16",
            ConvolutionTable.InWords(
                new ConvolutionKey(32, 128, 16, 16, 64, 4, 2, 1, 1, Transposed: true, Precision.Bf16, NeedsGradient: true)
            )
        );
}
