import {
  DirectiveLocation,
  GraphQLBoolean,
  GraphQLDeprecatedDirective,
  GraphQLDirective,
  GraphQLNonNull,
  GraphQLSchema,
  GraphQLString,
} from 'graphql';

/**
 * `@deprecated` without the location `DIRECTIVE_DEFINITION`, which graphql-js has allowed since 2026. Introspection would
 * show this location, and some client generators reject a schema with a location that they don't know. Clients can't use
 * `@deprecated` anyway.
 */
const deprecated = new GraphQLDirective({
  ...GraphQLDeprecatedDirective.toConfig(),
  locations: GraphQLDeprecatedDirective.locations.filter(
    (location) => location !== DirectiveLocation.DIRECTIVE_DEFINITION,
  ),
});

/** `@defer`, which graphql-js has since version 17. The gateway carries it out itself. */
const defer = new GraphQLDirective({
  name: 'defer',
  description:
    'Allows this fragment to be delivered after the rest, if the request accepts an answer in parts.',
  locations: [DirectiveLocation.FRAGMENT_SPREAD, DirectiveLocation.INLINE_FRAGMENT],
  args: {
    if: {
      type: new GraphQLNonNull(GraphQLBoolean),
      defaultValue: true,
      description: 'False if the fragment must not be delivered later.',
    },
    label: {
      type: GraphQLString,
      description: 'Names the fragment. No other fragment may have the same label.',
    },
  },
});

/**
 * Returns the schema with `@defer`, and with `@deprecated` in the form that older client generators accept. A directive
 * that the SDL defines stays as it is.
 */
export function withClientDirectives(schema: GraphQLSchema): GraphQLSchema {
  const { directives, ...config } = schema.toConfig();
  const others = directives.map((directive) =>
    directive === GraphQLDeprecatedDirective ? deprecated : directive,
  );
  const hasDefer = others.some(({ name }) => name === defer.name);
  return new GraphQLSchema({ ...config, directives: hasDefer ? others : [...others, defer] });
}
