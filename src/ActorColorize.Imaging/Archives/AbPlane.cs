namespace ActorColorize.Imaging.Archives;

/// <summary>
/// Colours predicted for a picture, on a coarse grid over the whole upright picture; samples are located at the centres of their cells.
/// </summary>
/// <param name="Width">Cells per row.</param>
/// <param name="Height">Rows.</param>
/// <param name="Ab_2HW">First all a, then all b, row by row, in units of CIELAB (D65): 2 × Height × Width numbers, about −110…110.</param>
public sealed record AbPlane(int Width, int Height, float[] Ab_2HW)
{
    /// <summary>Whether all numbers are finite.</summary>
    public bool IsFinite => Array.TrueForAll(Ab_2HW, float.IsFinite);

    /// <summary>Checks that the numbers are finite and as many as the size says.</summary>
    /// <param name="parameter">The caller's name for this plane.</param>
    /// <exception cref="ArgumentException">They are not finite, or their number does not match the size.</exception>
    internal void Validate(string parameter)
    {
        if (Width < 1 || Height < 1 || Ab_2HW.Length != 2L * Width * Height)
            throw new ArgumentException(
                $"An ab plane of {Width} × {Height} cells has {2L * Width * Height} numbers, not {Ab_2HW.Length}.",
                parameter
            );
        if (!IsFinite)
            throw new ArgumentException("An ab plane contains a number that is not finite.", parameter);
    }
}
