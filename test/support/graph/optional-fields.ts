/** The inputs of the graph's mutations, and which of their fields may be left out. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformSupergraphToPublicSchema } from '@theguild/federation-composition';
import {
  buildASTSchema,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  getNamedType,
  isInputObjectType,
  isRequiredInputField,
  parse,
} from 'graphql';

export type Input = Readonly<Record<string, unknown>>;

const supergraph = readFileSync(join(import.meta.dirname, '../../../schema/supergraph.graphql'), 'utf8');
const schema = buildASTSchema(transformSupergraphToPublicSchema(parse(supergraph)));

/** The type of each mutation's `input`. */
const inputs = new Map(
  Object.values(schema.getMutationType()?.getFields() ?? {}).flatMap(({ name, args }) =>
    args.flatMap(({ type }) => {
      const named = getNamedType(type);
      return isInputObjectType(named) ? [[name, named] as const] : [];
    }),
  ),
);

/** The fields inside a field. Null for a scalar, and for an input of which exactly one field is given. */
function inside({ type }: GraphQLInputField): GraphQLInputObjectType | null {
  const named = getNamedType(type);
  return isInputObjectType(named) && !named.isOneOf ? named : null;
}

const optionalIn = (type: GraphQLInputObjectType): string[] =>
  Object.values(type.getFields()).flatMap((field) => {
    const inner = inside(field);
    return [
      ...(isRequiredInputField(field) ? [] : [field.name]),
      ...(inner === null ? [] : optionalIn(inner).map((path) => `${field.name}.${path}`)),
    ];
  });

/** The path of each field that may be left out, with its mutation: `amendContact.email`. */
export const optionalFields: readonly string[] = [...inputs].flatMap(([mutation, type]) =>
  optionalIn(type).map((path) => `${mutation}.${path}`),
);

/** The input of a mutation, with null for each field that may be left out and is not given. */
export function withNulls(mutation: string, given: Input): Input {
  const type = inputs.get(mutation);
  return type === undefined ? given : filled(type, given);
}

const filled = (type: GraphQLInputObjectType, given: Input): Input =>
  Object.fromEntries(
    Object.values(type.getFields()).flatMap((field) => {
      const inner = inside(field);
      const value = given[field.name];
      if (value === undefined) {
        return isRequiredInputField(field) ? [] : [[field.name, null]];
      }
      return [[field.name, inner === null ? value : filled(inner, value as Input)]];
    }),
  );
