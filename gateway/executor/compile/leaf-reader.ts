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
import type { ReadLeaf } from '../run/answer/projection.ts';

const maxInt = 2 ** 31 - 1;
/** From here on, JavaScript writes integers with an exponent. */
const endOfIntegerTexts = 1e21;

const scalars: Readonly<Record<string, ReadLeaf>> = {
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
      if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) {
        // Its exponent is too large for a double. JSON would have a null, which no error explains.
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
