import {
  GraphQLBoolean,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  type GraphQLLeafType,
  GraphQLString,
  isEnumType,
  isSpecifiedScalarType,
} from 'graphql';
import type { ReadLeaf } from '../run/answer/projection.ts';

const maxInt = 2 ** 31 - 1;

const scalars: Readonly<Record<string, ReadLeaf>> = {
  [GraphQLString.name]: (value) => (typeof value === 'string' ? value : undefined),
  [GraphQLBoolean.name]: (value) => (typeof value === 'boolean' ? value : undefined),
  [GraphQLFloat.name]: (value) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined),
  [GraphQLInt.name]: (value) =>
    Number.isInteger(value) && Math.abs(value as number) <= maxInt + 1 && value !== maxInt + 1
      ? value
      : undefined,
  [GraphQLID.name]: (value) => {
    if (typeof value === 'string') {
      return value;
    }
    return Number.isSafeInteger(value) ? String(value) : undefined;
  },
};

/**
 * Returns the function that checks and serializes values of a leaf type, as the spec's result coercion does. Built-in
 * scalars are the fast path.
 */
export function leafReader(type: GraphQLLeafType): ReadLeaf {
  if (isEnumType(type)) {
    // The clients' schema doesn't have inaccessible values.
    const names = new Set(type.getValues().map(({ name }) => name));
    return (value) => (typeof value === 'string' && names.has(value) ? value : undefined);
  }
  const scalar = isSpecifiedScalarType(type) ? scalars[type.name] : undefined;
  return (
    scalar ??
    ((value) => {
      try {
        return type.serialize(value) ?? undefined;
      } catch {
        // The caller reports the expected type and the path.
        return undefined;
      }
    })
  );
}
