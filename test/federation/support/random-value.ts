import {
  type GraphQLInputObjectType,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import { pick } from '../../support/random.ts';

/** An input value, written as a literal of a document and as JSON for variables. */
export interface RandomValue {
  readonly literal: string;
  readonly json: unknown;
}

/** The values from which each scalar's value is picked, by the scalar's name. */
export type ScalarValues = Readonly<Record<string, readonly unknown[]>>;

const builtInScalars: ScalarValues = {
  Int: [0, 1, 2, 3, 5],
  Float: [0, 1.5, -2e3],
  Boolean: [true, false],
  String: ['', 'wal', '"quoted" \\ \n'],
  ID: ['p1', 'p2', 'p9'],
};

/**
 * A random value of the type.
 * @throws RangeError if there is nothing to pick from
 */
export function randomValue(
  type: GraphQLInputType,
  random: () => number,
  scalars: ScalarValues = {},
): RandomValue {
  if (isNonNullType(type)) {
    return presentValue(type.ofType, random, scalars);
  }
  return random() < 0.1 ? { literal: 'null', json: null } : presentValue(type, random, scalars);
}

function presentValue(type: GraphQLInputType, random: () => number, scalars: ScalarValues): RandomValue {
  if (isListType(type)) {
    const items = Array.from({ length: pick(random, [0, 1, 2]) }, () =>
      randomValue(type.ofType, random, scalars),
    );
    return {
      literal: `[${items.map(({ literal }) => literal).join(', ')}]`,
      json: items.map(({ json }) => json),
    };
  }
  if (isEnumType(type)) {
    const { name } = pick(random, type.getValues());
    return { literal: name, json: name };
  }
  if (isInputObjectType(type)) {
    return inputObject(type, random, scalars);
  }
  const json = pick(random, scalars[String(type)] ?? builtInScalars[String(type)] ?? [3]);
  return { literal: literalOf(json), json };
}

function inputObject(type: GraphQLInputObjectType, random: () => number, scalars: ScalarValues): RandomValue {
  const allFields = Object.values(type.getFields());
  const fields = type.isOneOf
    ? [pick(random, allFields)]
    : allFields.filter((field) => isNonNullType(field.type) || random() < 0.5);
  const values = fields.map(({ name, type: fieldType }) => {
    const value = type.isOneOf
      ? presentValue(fieldType, random, scalars)
      : randomValue(fieldType, random, scalars);
    return [name, value] as const;
  });
  return {
    literal: `{ ${values.map(([name, { literal }]) => `${name}: ${literal}`).join(', ')} }`,
    json: Object.fromEntries(values.map(([name, { json }]) => [name, json])),
  };
}

/** JSON as a GraphQL literal. Its keys are names without quotes. */
function literalOf(json: unknown): string {
  if (Array.isArray(json)) {
    return `[${json.map(literalOf).join(', ')}]`;
  }
  if (typeof json === 'object' && json !== null) {
    const fields = Object.entries(json).map(([name, value]) => `${name}: ${literalOf(value)}`);
    return `{ ${fields.join(', ')} }`;
  }
  return JSON.stringify(json);
}
