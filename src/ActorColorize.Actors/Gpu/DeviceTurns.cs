namespace ActorColorize.Actors.Gpu;

/// <summary>
/// Whose turn the device is, where one device trains and colours archives. Both are made of pieces that are not interrupted: a training
/// step, a batch of thumbnails. Colouring is done between
/// steps, as long as it has credit: each second of training earns it <c>share / (1 − share)</c> seconds, each second of colouring costs
/// one. So in the long run it has at most its share of the
/// device's time while a run trains, however long the pieces are; a batch that took longer than the credit is paid off by the training that
/// follows. Credit that is not used is worth nothing
/// beyond a few batches: an archive that comes late does not hold training up for what it might have had before. While no run trains,
/// nothing is counted and colouring never waits.
/// </summary>
public sealed class DeviceTurns
{
    /// <summary>The share of colouring where nothing else is said.</summary>
    public const double DefaultShare = 0.5;

    private const double MostCreditSeconds = 2;

    private readonly double _share;
    private double _creditSeconds;

    /// <summary>Turns by a share.</summary>
    /// <param name="colouringShare">0: colouring waits while a run trains; 1: it never waits.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not between 0 and 1.</exception>
    public DeviceTurns(double colouringShare)
    {
        if (!(colouringShare >= 0 && colouringShare <= 1))
            throw new ArgumentOutOfRangeException(nameof(colouringShare), colouringShare, "a share is between 0 and 1");
        _share = colouringShare;
    }

    /// <summary>Whether the next piece may be one of colouring, now.</summary>
    /// <param name="isTraining">Whether a run is open on the device.</param>
    public bool MayColour(bool isTraining) => !isTraining || _share >= 1 || _creditSeconds > 0;

    /// <summary>A piece of training is done.</summary>
    /// <param name="seconds">How long it had the device.</param>
    public void Trained(double seconds)
    {
        if (_share < 1)
            _creditSeconds = Math.Min(MostCreditSeconds, _creditSeconds + seconds * _share / (1 - _share));
    }

    /// <summary>A piece of colouring is done.</summary>
    /// <param name="seconds">How long it had the device.</param>
    /// <param name="isTraining">Whether a run is open on the device.</param>
    public void Coloured(double seconds, bool isTraining)
    {
        if (isTraining)
            _creditSeconds -= seconds;
    }

    /// <summary>No run is open any more: what one owes the other is forgotten.</summary>
    public void TrainingEnded() => _creditSeconds = 0;
}
