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
import { LongNumber } from '../long-number.ts';
import { isWritable } from '../nesting.ts';
import type { CoerceLeaf } from '../run/answer/projection.ts';

const maxInt = 2 ** 31 - 1;
/** JavaScript writes an integer of at least this size with an exponent. */
const endOfIntegerTexts = 1e21;

const scalars: Readonly<Record<string, CoerceLeaf>> = {
  [GraphQLString.name]: (value) => (typeof value === 'string' ? value : undefined),
  [GraphQLBoolean.name]: (value) => (typeof value === 'boolean' ? value : undefined),
  [GraphQLFloat.name]: readFloat,
  [GraphQLInt.name]: readInt,
  [GraphQLID.name]: readId,
};

function readFloat(value: unknown): number | undefined {
  if (typeof value === 'number') {
    return Number.isFinite(value) ? value : undefined;
  }
  return value instanceof LongNumber ? readFloat(Number(value.text)) : undefined;
}

function readInt(value: unknown): number | undefined {
  if (typeof value === 'number') {
    return Number.isInteger(value) && Math.abs(value) <= maxInt + 1 && value !== maxInt + 1
      ? value
      : undefined;
  }
  return value instanceof LongNumber ? readInt(Number(value.text)) : undefined;
}

function readId(value: unknown): string | undefined {
  if (typeof value === 'number') {
    return Number.isInteger(value) && Math.abs(value) < endOfIntegerTexts ? String(value) : undefined;
  }
  if (value instanceof LongNumber) {
    return value.integer ?? undefined;
  }
  return typeof value === 'string' ? value : undefined;
}

/**
 * Returns a function that checks and serializes values of a leaf type, like the spec's result coercion. Built-in
 * scalars have a fast path.
 */
export function leafCoercion(type: GraphQLLeafType): CoerceLeaf {
  if (isEnumType(type)) {
    // Inaccessible values are left out, because the clients' schema doesn't have them.
    const names = new Set(type.getValues().map(({ name }) => name));
    return (value) => (typeof value === 'string' && names.has(value) ? value : undefined);
  }
  const scalar = isSpecifiedScalarType(type) ? scalars[type.name] : undefined;
  return (
    scalar ??
    ((value) => {
      if (!isWritable(value)) {
        return undefined;
      }
      try {
        return type.serialize(value) ?? undefined;
      } catch {
        // The caller reports the expected type and the path.
        return undefined;
      }
    })
  );
}
