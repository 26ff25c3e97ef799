using System.Diagnostics;

namespace ActorColorize.Benchmarks;

/// <summary>
/// Compares two ways of doing the same work in turn, A B A B …, so that a machine whose speed drifts slows both alike. What is quoted is
/// the median of the ratios pair by pair.
/// </summary>
internal sealed class PairedComparison(string title, string unit, int rounds)
{
    /// <summary>Runs one warm-up of each, then the rounds, and prints rates and their ratio.</summary>
    /// <param name="nameA">The way that is judged.</param>
    /// <param name="a">Does the work once; returns how many units it did.</param>
    /// <param name="nameB">The way that it is compared with.</param>
    /// <param name="b">As <paramref name="a"/>.</param>
    /// <param name="goal">Smallest ratio A/B that the project promises.</param>
    public void Run(string nameA, Func<double> a, string nameB, Func<double> b, double goal) =>
        RunRates(nameA, () => Rate(a), nameB, () => Rate(b), goal);

    /// <summary>As <see cref="Run(string, Func{double}, string, Func{double}, double)"/>, of work that measures its own rate.</summary>
    /// <param name="nameA">The way that is judged.</param>
    /// <param name="a">Does the work once; returns its rate.</param>
    /// <param name="nameB">The way that it is compared with.</param>
    /// <param name="b">As <paramref name="a"/>.</param>
    /// <param name="goal">Smallest ratio A/B that the project promises.</param>
    public void RunRates(string nameA, Func<double> a, string nameB, Func<double> b, double goal)
    {
        Console.WriteLine(title);
        a();
        b();
        var ratesA = new double[rounds];
        var ratesB = new double[rounds];
        for (var round = 0; round < rounds; round++)
        {
            ratesA[round] = a();
            ratesB[round] = b();
        }

        var ratio = Median([.. ratesA.Zip(ratesB, (rateA, rateB) => rateA / rateB)]);
        Print(nameA, ratesA);
        Print(nameB, ratesB);
        Console.WriteLine(
            $"  ratio, median of {rounds} pairs: {ratio:0.000} (promised: at least {goal:0.00}) {(ratio >= goal ? "kept" : "NOT KEPT")}"
        );
        Console.WriteLine();
    }

    /// <summary>Runs one warm-up and the rounds of one way, and prints its rate.</summary>
    /// <param name="name">The way.</param>
    /// <param name="work">Does the work once; returns how many units it did.</param>
    /// <param name="goal">Smallest rate that the project promises.</param>
    public void Run(string name, Func<double> work, double goal)
    {
        Console.WriteLine(title);
        work();
        var rates = new double[rounds];
        for (var round = 0; round < rounds; round++)
            rates[round] = Rate(work);
        Print(name, rates);
        Console.WriteLine(
            $"  median {Median(rates):N0} {unit} (promised: at least {goal:N0}) {(Median(rates) >= goal ? "kept" : "NOT KEPT")}"
        );
        Console.WriteLine();
    }

    private static double Rate(Func<double> work)
    {
        var clock = Stopwatch.StartNew();
        var units = work();
        return units / clock.Elapsed.TotalSeconds;
    }

    private static double Median(double[] values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }

    private void Print(string name, double[] rates) =>
        Console.WriteLine($"  {name, -28} {rates.Min(), 10:N1} {Median(rates), 10:N1} {rates.Max(), 10:N1}  {unit} (min, median, max)");
}
