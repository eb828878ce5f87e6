import { DirectiveLocation, GraphQLDeprecatedDirective, GraphQLDirective, GraphQLSchema } from 'graphql';

/**
 * `@deprecated` without the place `DIRECTIVE_DEFINITION`, where graphql-js allows it since 2026. Introspection would
 * show this place, and some generators for clients reject a schema with a place whose name they don't know. Clients
 * can't use `@deprecated` anyway.
 */
const deprecated = new GraphQLDirective({
  ...GraphQLDeprecatedDirective.toConfig(),
  locations: GraphQLDeprecatedDirective.locations.filter(
    (location) => location !== DirectiveLocation.DIRECTIVE_DEFINITION,
  ),
});

/** Returns the schema with the directive that older clients know. A directive that the SDL defines stays as it is. */
export function withOlderDirectives(schema: GraphQLSchema): GraphQLSchema {
  const { directives, ...config } = schema.toConfig();
  return new GraphQLSchema({
    ...config,
    directives: directives.map((directive) =>
      directive === GraphQLDeprecatedDirective ? deprecated : directive,
    ),
  });
}
