using System.CommandLine;
using ActorColorize.Host.Commands;
using ActorColorize.Host.Failures;
using ActorColorize.Model.Checkpoints;
using ActorColorize.Model.Interchange;

namespace ActorColorize.Host.CommandLine;

/// <summary>The grammar of <c>model</c>: import, export, info, verify, list.</summary>
internal static class ModelGrammar
{
    private static readonly (string Word, ModelFormat Format)[] Formats =
    [
        ("safetensors", ModelFormat.SafeTensors),
        ("pth", ModelFormat.PyTorch),
        ("onnx", ModelFormat.Onnx),
    ];

    private static readonly (string Word, TensorType Type)[] Types =
    [
        ("f32", TensorType.Float32),
        ("f16", TensorType.Float16),
        ("bf16", TensorType.BFloat16),
    ];

    /// <summary>Builds the command with the sub-commands that have an action.</summary>
    public static Command Create(CommandActions actions)
    {
        var command = new CommandWithExamples(
            "model",
            "Bring in the weights of others, take yours elsewhere, and look at what a model file holds.",
            new(
                "model import colorization_release_v2-9b330a0b.pth --to eccv16.safetensors",
                "the published weights, verified by the hash in their name"
            ),
            new("model export runs/first --to pth", "the best checkpoint of a run, for PyTorch"),
            new("model verify runs/first", "read every byte of it and run it once")
        );
        if (actions.ModelImport is { } import)
            command.Subcommands.Add(Import(import));
        if (actions.ModelExport is { } export)
            command.Subcommands.Add(Export(export));
        if (actions.ModelInfo is { } info)
            command.Subcommands.Add(
                Look(
                    "info",
                    "Show what a model is: bins, channels, parameters, type, size, hash, keys.",
                    info,
                    new("model info runs/first", "the best checkpoint of a run"),
                    new("model info eccv16.safetensors --json", "for a program, with every key and its shape")
                )
            );
        if (actions.ModelVerify is { } verify)
            command.Subcommands.Add(
                Look(
                    "verify",
                    "Read every byte of a model, check hashes, shapes and that all numbers are finite, and run it once.",
                    verify,
                    new("model verify runs/first", "all checkpoints of a run"),
                    new("model verify colorization_release_v2-9b330a0b.pth", "a published file, by the hash in its name")
                )
            );
        if (actions.Run is { } remote)
            command.Subcommands.Add(RunGrammar.Models(remote.Models));
        return command;
    }

    private static CommandWithExamples Import(Func<ModelImportOptions, Task<ExitCode>> run)
    {
        var file = new Argument<string>("FILE")
        {
            Description = "A .pth file of PyTorch (1.6 or newer) or a .safetensors file, in the layout of the published network",
        };
        var to = OptionValues.Path("--to", "OUT.safetensors", "The file to write", required: true);
        var force = Force();
        var json = OptionValues.Json();
        var command = new CommandWithExamples(
            "import",
            "Bring weights of elsewhere into a file of this program. Nothing in the file is run; names, shapes and numbers are checked.",
            new Example(
                "model import colorization_release_v2-9b330a0b.pth --to eccv16.safetensors",
                "the published weights, verified by the hash in their name"
            )
        )
        {
            file,
            to,
            force,
            json,
        };
        command.SetAction(async parsed =>
            (int)
                await run(
                    new ModelImportOptions
                    {
                        File = parsed.GetRequiredValue(file),
                        To = parsed.GetRequiredValue(to),
                        Force = parsed.GetValue(force),
                        Json = parsed.GetValue(json),
                    }
                )
        );
        return command;
    }

    private static CommandWithExamples Export(Func<ModelExportOptions, Task<ExitCode>> run)
    {
        var model = ModelArgument();
        var to = OptionValues.OneOf(
            "--to",
            "Format: safetensors for this program, pth for PyTorch, onnx for ONNX runtimes",
            Formats[0].Word,
            [.. Formats.Select(static format => format.Word)]
        );
        to.Required = true;
        to.DefaultValueFactory = null;
        var output = OptionValues.Path(
            "--out",
            "FILE",
            "The file to write [default: named after the model, in the working folder]",
            required: false
        );
        var temperature = OptionValues.Number(
            "--temperature",
            "0.01..1",
            "Temperature at which it is to be used; in pth and onnx it becomes part of the last convolution, 1 leaves the weights as they are [default: the model's]",
            0.01,
            1.0
        );
        var rebalance = OptionValues.Number(
            "--rebalance",
            "0..1",
            "How rare colours are to be weighed: 0 all alike, 1 as they come; in pth and onnx it becomes part of the last convolution [default: the model's]",
            0.0,
            1.0
        );
        var saturation = OptionValues.Number(
            "--saturation",
            "0..4",
            "Factor on the chroma at which it is to be used; safetensors only [default: the model's]",
            0.0,
            4.0
        );
        var sureEntropy = OptionValues.SureEntropy();
        var taper = OptionValues.Taper();
        var secondScale = OptionValues.SecondScale();
        var type = OptionValues.OneOf(
            "--type",
            "Type of the weights in a safetensors file; half precision halves it",
            Types[0].Word,
            [.. Types.Select(static type => type.Word)]
        );
        var force = Force();
        var json = OptionValues.Json();
        var command = new CommandWithExamples(
            "export",
            "Write a model for other programs. A pth file has the keys of the published network, and loads with load_state_dict(strict=True); a scene head and a context path keep their own keys (scene_head.*, context.*) beside them.",
            new("model export runs/first --to pth --out first.pth", "the best checkpoint of a run, for PyTorch"),
            new(
                "model export runs/first/checkpoints/step-00000400 --to onnx",
                "one checkpoint, as a graph from L [B,1,H,W] to ab [B,2,H,W]"
            )
        )
        {
            model,
            to,
            output,
            temperature,
            rebalance,
            saturation,
            sureEntropy,
            taper,
            secondScale,
            type,
            force,
            json,
        };
        command.SetAction(async parsed =>
            (int)
                await run(
                    new ModelExportOptions
                    {
                        Model = parsed.GetRequiredValue(model),
                        Format = Formats.Single(format => format.Word == parsed.GetRequiredValue(to)).Format,
                        Out = parsed.GetValue(output),
                        Temperature = parsed.GetValue(temperature),
                        Rebalance = parsed.GetValue(rebalance),
                        Saturation = parsed.GetValue(saturation),
                        SureEntropy = parsed.GetValue(sureEntropy),
                        Taper = parsed.GetValue(taper),
                        SecondScale = parsed.GetValue(secondScale),
                        Type = Types.Single(known => known.Word == parsed.GetRequiredValue(type)).Type,
                        Force = parsed.GetValue(force),
                        Json = parsed.GetValue(json),
                    }
                )
        );
        return command;
    }

    private static CommandWithExamples Look(
        string name,
        string description,
        Func<ModelLookOptions, Task<ExitCode>> run,
        params IReadOnlyList<Example> examples
    )
    {
        var model = ModelArgument();
        var json = OptionValues.Json();
        var command = new CommandWithExamples(name, description, examples) { model, json };
        command.SetAction(async parsed =>
            (int)await run(new ModelLookOptions { Model = parsed.GetRequiredValue(model), Json = parsed.GetValue(json) })
        );
        return command;
    }

    private static Argument<string> ModelArgument() =>
        new("MODEL") { Description = "A .safetensors or .pth file, a checkpoint folder or a run folder" };

    private static Option<bool> Force() => OptionValues.Switch("--force", "Replace the file if it is there");
}
