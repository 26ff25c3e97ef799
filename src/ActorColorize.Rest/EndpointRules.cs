using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace ActorColorize.Rest;

/// <summary>Rules for all endpoints: the problems that they may answer with, and the refusal of unknown query parameters.</summary>
internal static class EndpointRules
{
    /// <summary>Documents problems.</summary>
    public static TBuilder RefusesWith<TBuilder>(this TBuilder builder, params int[] statuses)
        where TBuilder : IEndpointConventionBuilder
    {
        foreach (var status in statuses)
            builder.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(ProblemDetails), ["application/problem+json"]));
        return builder;
    }

    /// <summary>Refuses unknown query parameters and names them.</summary>
    public static TBuilder KnowsItsQuery<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder =>
        builder.AddEndpointFilterFactory(
            (factory, next) =>
            {
                var known = factory
                    .MethodInfo.GetParameters()
                    .Select(parameter => parameter.GetCustomAttribute<FromQueryAttribute>()?.Name)
                    .OfType<string>()
                    .ToHashSet(StringComparer.OrdinalIgnoreCase);
                return invocation =>
                {
                    var unknown = invocation.HttpContext.Request.Query.Keys.FirstOrDefault(name => !known.Contains(name));
                    return unknown is null
                        ? next(invocation)
                        : throw RestProblem.BadRequest(
                            $"'{unknown}' is not a parameter of this "
                                + $"endpoint{(known.Count > 0 ? $"; known: {string.Join(", ", known.Order(StringComparer.Ordinal))}" : "")}"
                        );
                };
            }
        );
}
