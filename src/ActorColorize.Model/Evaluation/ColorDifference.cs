using static ActorColorize.Model.Color.KeptScalar;
using static TorchSharp.torch;

namespace ActorColorize.Model.Evaluation;

// Shapes: B pictures, H height, W width, 3 channels L a b.

/// <summary>Perceptual colour difference.</summary>
public static class ColorDifference
{
    private const double Power25To7 = 6103515625; // 25⁷

    /// <summary>
    /// CIEDE2000 with kL = kC = kH = 1, after Sharma, Wu, Dalal, <i>The CIEDE2000 color-difference formula: implementation notes,
    /// supplementary test data, and mathematical observations</i>, Color Research and Application 30 (2005), equations 2 to 22; hue angles
    /// are kept in radians. Computed in the type of its input; in single precision a pair whose hues lie almost exactly opposite may take
    /// the mean hue from the other side, where the formula itself jumps.
    /// </summary>
    /// <param name="first_B3HW">Floating point, [B, 3, H, W], CIELAB.</param>
    /// <param name="second_B3HW">The same shape and type.</param>
    /// <returns>[B, H, W], 0 where the colours are equal; about 1 is a just noticeable difference.</returns>
    /// <exception cref="ArgumentException">Shapes differ or are not [B, 3, H, W].</exception>
    public static Tensor Ciede2000(Tensor first_B3HW, Tensor second_B3HW)
    {
        ArgumentNullException.ThrowIfNull(first_B3HW);
        ArgumentNullException.ThrowIfNull(second_B3HW);
        if (first_B3HW.dim() != 4 || first_B3HW.shape[1] != 3 || !first_B3HW.shape.AsSpan().SequenceEqual(second_B3HW.shape))
            throw new ArgumentException(
                $"expected two [B, 3, H, W], got [{string.Join(", ", first_B3HW.shape)}] and [{string.Join(", ", second_B3HW.shape)}]",
                nameof(second_B3HW)
            );
        using var scope = NewDisposeScope();
        Tensor L1 = first_B3HW.select(1, 0),
            a1 = first_B3HW.select(1, 1),
            b1 = first_B3HW.select(1, 2);
        Tensor L2 = second_B3HW.select(1, 0),
            a2 = second_B3HW.select(1, 1),
            b2 = second_B3HW.select(1, 2);

        // a' stretches the a axis near grey.
        var G = SeventhPowerShare(hypot(a1, b1).Plus(hypot(a2, b2)) / K(2)).mul_(K(-0.5)).Add(K(0.5));
        Tensor ap1 = a1 * G.Plus(K(1)),
            ap2 = a2 * G.Plus(K(1));
        Tensor Cp1 = hypot(ap1, b1),
            Cp2 = hypot(ap2, b2);
        Tensor hp1 = Hue(b1, ap1),
            hp2 = Hue(b2, ap2);
        var grey = (Cp1 * Cp2).eq(K(0));

        // Differences; the hue difference the short way round.
        var dL = L2 - L1;
        var dC = Cp2 - Cp1;
        var turn = hp2 - hp1;
        var dh = where(
            grey,
            zeros_like(turn),
            (turn - (turn > K(Math.PI)).to_type(turn.dtype) * K(2 * Math.PI)).Plus(
                (turn < K(-Math.PI)).to_type(turn.dtype) * K(2 * Math.PI)
            )
        );
        var dH = (Cp1 * Cp2).sqrt_().mul_(K(2)) * (dh / K(2)).sin_();

        // Means; the mean hue is on the short arc, and a grey has no hue.
        var Lm = L1.Plus(L2) / K(2);
        var Cm = Cp1.Plus(Cp2) / K(2);
        var sum = hp1.Plus(hp2);
        var wrapped = where(sum < K(2 * Math.PI), sum.Plus(K(2 * Math.PI)), sum - K(2 * Math.PI));
        var hm = where(grey, sum, where(turn.abs() <= K(Math.PI), sum, wrapped) / K(2));

        var T = ((hm - K(Math.PI / 6)).cos_() * K(-0.17))
            .Add(K(1))
            .Add((hm * K(2)).cos_() * K(0.24))
            .Add((hm * K(3)).Add(K(Math.PI / 30)).cos_() * K(0.32))
            .sub_((hm * K(4) - K(63 * Math.PI / 180)).cos_() * K(0.20));
        var fromFifty = (Lm - K(50)).Squared();
        var SL = (fromFifty * K(0.015) / fromFifty.Plus(K(20)).sqrt_()).Add(K(1));
        var SC = (Cm * K(0.045)).Add(K(1));
        var SH = (Cm * T * K(0.015)).Add(K(1));
        var theta = ((hm * K(180 / Math.PI) - K(275)) / K(25)).Squared().neg_().exp_().mul_(K(Math.PI / 3)); // 2 Δθ, Δθ = 30° exp(…)
        var RT = theta.sin_() * SeventhPowerShare(Cm) * K(-2);

        Tensor l = dL / SL,
            c = dC / SC,
            h = dH / SH;
        return l.Squared().Add(c.Squared()).Add(h.Squared()).Add(RT * c * h).clamp_(min: K(0)).sqrt_().MoveToOuterDisposeScope();
    }

    /// <summary>√(C⁷ / (C⁷ + 25⁷)).</summary>
    private static Tensor SeventhPowerShare(Tensor chroma)
    {
        var seventh = chroma.pow(K(7));
        return (seventh / seventh.Plus(K(Power25To7))).sqrt_();
    }

    /// <summary>Hue angle in [0, 2π); 0 for grey, as atan2(0, 0) is 0.</summary>
    private static Tensor Hue(Tensor b, Tensor a)
    {
        var angle = atan2(b, a);
        return angle.Plus((angle < K(0)).to_type(angle.dtype) * K(2 * Math.PI));
    }
}
