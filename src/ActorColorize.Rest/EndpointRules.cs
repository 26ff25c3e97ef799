using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace ActorColorize.Rest;

/// <summary>
/// What holds for all endpoints: the problems that they may answer with, and that a query has no names that they do not know.
/// </summary>
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

    /// <summary>A name in the query that means nothing is a mistake, and is named.</summary>
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
                    var stranger = invocation.HttpContext.Request.Query.Keys.FirstOrDefault(name => !known.Contains(name));
                    return stranger is null
                        ? next(invocation)
                        : throw RestProblem.BadRequest(
                            $"'{stranger}' means nothing here{(known.Count > 0 ? $"; there is {string.Join(", ", known.Order(StringComparer.Ordinal))}" : "")}"
                        );
                };
            }
        );
}
