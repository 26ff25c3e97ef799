using TorchSharp;

namespace ActorColorize.Model.Devices;

/// <summary>Where and how the network is computed.</summary>
/// <param name="Device">CPU or one CUDA device.</param>
/// <param name="Precision">Number format of the activations.</param>
/// <param name="Plan">Route of every convolution.</param>
/// <param name="Threads">Threads of LibTorch on the CPU; results are bit-exact only for the same number.</param>
public sealed record ComputeSettings(torch.Device Device, Precision Precision, ConvolutionPlan Plan, int Threads);
