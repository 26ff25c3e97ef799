namespace ActorColorize.Model.Evaluation;

/// <summary>
/// Mean angle between predicted and true hue, over the pixels that have a hue, and over those of them that are coloured like skin.
/// </summary>
/// <param name="All">Degrees, 0 to 180, over all pixels with a hue; an answer without colour has 90. Null without such pixels.</param>
/// <param name="Skin">The same over skin-coloured pixels; null without such pixels.</param>
/// <param name="SkinShare">Share of skin-coloured pixels among all pixels of the pictures, 0..1.</param>
/// <remarks>
/// Skin is what the rule of Chai and Ngan, <i>Face segmentation using skin-color map in videophone applications</i> (IEEE Transactions on
/// Circuits and Systems for Video Technology 9, 1999) says of the true picture: Cb from 77 to 127 and Cr from 133 to 173. Wood, sand and
/// bricks have such colours too: choose pictures of people.
/// </remarks>
public sealed record HueErrors(double? All, double? Skin, double SkinShare);
