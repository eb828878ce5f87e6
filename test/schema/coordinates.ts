import { readFileSync } from 'node:fs';
import {
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedDirective,
  isSpecifiedScalarType,
} from 'graphql';
import { createPlanner } from '../../gateway/planner/index.ts';
import { buildConsumerSchema } from '../../gateway/supergraph/index.ts';

/** The schema that clients see, built in the same way as in the gateway. */
export function clientSchema(): GraphQLSchema {
  const supergraph = readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8');
  return buildConsumerSchema(createPlanner(supergraph).consumerSchema, true);
}

/** An element of the schema that a client can name. */
export interface Coordinate {
  /** The schema coordinate, such as `Patron`, `Patron.name`, `Query.patron(id:)`, `PatronStatus.ACTIVE` or `@oneOf`. */
  readonly name: string;
  readonly description: string;
  readonly deprecationReason: string | null;
}

interface Described {
  readonly name: string;
  readonly description?: string | null | undefined;
  readonly deprecationReason?: string | null | undefined;
}

/** Every element of a schema that isn't GraphQL's own. */
export function coordinatesOf(schema: GraphQLSchema): Coordinate[] {
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
  );
  const directives = schema.getDirectives().filter((directive) => !isSpecifiedDirective(directive));
  return [
    ...types.flatMap((type) => [coordinate(type.name, type), ...members(type)]),
    ...directives.flatMap((directive) => {
      const name = `@${directive.name}`;
      return [coordinate(name, directive), ...argumentsOf(name, directive.args)];
    }),
  ];
}

function members(type: ReturnType<GraphQLSchema['getTypeMap']>[string]): Coordinate[] {
  if (isObjectType(type) || isInterfaceType(type)) {
    return Object.values(type.getFields()).flatMap((field) => {
      const name = `${type.name}.${field.name}`;
      return [coordinate(name, field), ...argumentsOf(name, field.args)];
    });
  }
  if (isInputObjectType(type)) {
    return Object.values(type.getFields()).map((field) => coordinate(`${type.name}.${field.name}`, field));
  }
  return isEnumType(type)
    ? type.getValues().map((value) => coordinate(`${type.name}.${value.name}`, value))
    : [];
}

const argumentsOf = (of: string, args: readonly Described[]): Coordinate[] =>
  args.map((argument) => coordinate(`${of}(${argument.name}:)`, argument));

const coordinate = (name: string, { description, deprecationReason }: Described): Coordinate => ({
  name,
  description: description ?? '',
  deprecationReason: deprecationReason ?? null,
});
