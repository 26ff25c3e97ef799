using System.Reflection;

namespace ActorColorize.Protocol.Tests.Serialization;

/// <summary>Makes messages of any type out of a source of values, by their constructors' parameters.</summary>
internal sealed class ExampleMessage(IExampleValues values)
{
    private static readonly string[] Intents = ["Commands", "Answers", "Events", "Queries", "Reports"];

    /// <summary>Every message there is: the records inside the public static classes named for an intent.</summary>
    public static IReadOnlyList<Type> Types { get; } =
    [
        .. typeof(RunId)
            .Assembly.GetTypes()
            .Where(type =>
                type is { IsPublic: true, IsAbstract: true, IsSealed: true }
                && Intents.Any(intent => type.Name.EndsWith(intent, StringComparison.Ordinal))
            )
            .SelectMany(intent => intent.GetNestedTypes())
            .Where(type => !type.IsInterface && !type.IsEnum)
            .OrderBy(type => type.FullName, StringComparer.Ordinal),
    ];

    public object Of(Type type) => Value(type, type.Name, isNullable: false)!;

    private object? Value(Type type, string name, bool isNullable)
    {
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return values.IsAbsent() ? null : Value(underlying, name, isNullable: false);
        if (isNullable && values.IsAbsent())
            return null;
        if (type.IsEnum)
            return values.OneOf([.. Enum.GetValues(type).Cast<object>()]);
        if (type == typeof(string))
            return values.Text(name);
        if (type == typeof(int))
            return values.Integer(name);
        if (type == typeof(long))
            return values.Long(name);
        if (type == typeof(ulong))
            return (ulong)values.Long(name);
        if (type == typeof(double))
            return values.Real(name);
        if (type == typeof(bool))
            return values.Truth();
        if (type == typeof(DateTimeOffset))
            return new DateTimeOffset(values.Long(name) % DateTime.MaxValue.Ticks, TimeSpan.Zero);
        if (type == typeof(TimeSpan))
            return new TimeSpan(values.Long(name));
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
            return List(type.GetGenericArguments()[0], name);
        if (type.IsInterface)
            return Value((Type)values.OneOf([.. Types.Where(type.IsAssignableFrom).Cast<object>()]), name, isNullable: false);
        if (type.IsAbstract)
            return Value(
                (Type)values.OneOf([.. type.GetNestedTypes().Where(nested => nested.IsSubclassOf(type)).Cast<object>()]),
                name,
                isNullable: false
            );
        var constructor = ConstructorOf(type);
        return constructor.Invoke([
            .. constructor.GetParameters().Select(parameter => Value(parameter.ParameterType, parameter.Name!, IsNullable(parameter))),
        ]);
    }

    private Array List(Type element, string name)
    {
        var list = Array.CreateInstance(element, values.Count());
        for (var i = 0; i < list.Length; i++)
            list.SetValue(Value(element, name, isNullable: false), i);
        return list;
    }

    internal static ConstructorInfo ConstructorOf(Type type) =>
        type.GetConstructors().MaxBy(constructor => constructor.GetParameters().Length)!;

    private static bool IsNullable(ParameterInfo parameter) =>
        !parameter.ParameterType.IsValueType && new NullabilityInfoContext().Create(parameter).WriteState == NullabilityState.Nullable;
}

/// <summary>Where an example's values come from.</summary>
internal interface IExampleValues
{
    bool IsAbsent();

    object OneOf(object[] choices);

    string Text(string name);

    int Integer(string name);

    long Long(string name);

    double Real(string name);

    bool Truth();

    int Count();
}

/// <summary>The same values each time, everything present: for the bytes that are kept.</summary>
internal sealed class FixedValues : IExampleValues
{
    public bool IsAbsent() => false;

    public object OneOf(object[] choices) => choices[^1];

    public string Text(string name) => $"{name} – ünï©ode 色";

    public int Integer(string name) => 1000 + name.Length;

    public long Long(string name) => 1L << 40 | (long)name.Length;

    public double Real(string name) => name.Length + 0.1;

    public bool Truth() => true;

    public int Count() => 2;
}

/// <summary>Values drawn from a seed: extremes, absent parts, empty lists.</summary>
internal sealed class DrawnValues(int seed) : IExampleValues
{
    private static readonly double[] Reals = [0, double.Epsilon, double.MaxValue, double.NegativeInfinity, double.NaN, 1.0 / 3];
    private static readonly string[] Texts = ["x", "a path/with spaces [1]?.jpg", "строка", "\u0001\n\t", "🎨", new string('n', 300)];

    private readonly Random _random = new(seed);

    public bool IsAbsent() => _random.Next(2) == 0;

    public object OneOf(object[] choices) => choices[_random.Next(choices.Length)];

    public string Text(string name) => Texts[_random.Next(Texts.Length)];

    public int Integer(string name) =>
        _random.Next(3) switch
        {
            0 => 0,
            1 => int.MaxValue,
            _ => _random.Next(),
        };

    public long Long(string name) =>
        _random.Next(3) switch
        {
            0 => 0,
            1 => long.MaxValue,
            _ => _random.NextInt64(),
        };

    public double Real(string name) => Reals[_random.Next(Reals.Length)];

    public bool Truth() => _random.Next(2) == 0;

    public int Count() => _random.Next(4);
}
