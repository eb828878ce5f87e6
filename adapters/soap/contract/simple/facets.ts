import type { AtomicType, AtomicValue, Bounds, Primitive } from '../contract-types.ts';
import { compareDecimals, digitsOf } from './decimals.ts';
import { compareDurations } from './durations.ts';
import { compareMoments } from './moments.ts';
import { valueKey } from './value-key.ts';

/**
 * Whether a type's facets allow a value that is valid for the type's primitive. `text` is the value's text, with white
 * space normalized.
 */
export function admits(type: AtomicType, text: string, value: AtomicValue): boolean {
  const { enumeration, patterns, bounds, primitive } = type;
  if (enumeration !== null && !enumeration.has(primitive === 'string' ? text : valueKey(primitive, value))) {
    return false;
  }
  for (const { regExp } of patterns) {
    if (!regExp.test(text)) {
      return false;
    }
  }
  return bounds === null || isWithin(bounds, primitive, text, value);
}

function isWithin(bounds: Bounds, primitive: Primitive, text: string, value: AtomicValue): boolean {
  if (primitive !== 'int' && primitive !== 'long' && !hasLength(bounds, primitive, text, value)) {
    return false;
  }
  const { minInclusive, maxInclusive, minExclusive, maxExclusive } = bounds;
  return (
    (minInclusive === null || isAtLeast(0, compare(primitive, value, minInclusive))) &&
    (maxInclusive === null || isAtLeast(0, compare(primitive, maxInclusive, value))) &&
    (minExclusive === null || isAtLeast(1, compare(primitive, value, minExclusive))) &&
    (maxExclusive === null || isAtLeast(1, compare(primitive, maxExclusive, value))) &&
    hasDigits(bounds, text)
  );
}

/**
 * Whether a comparison satisfies a bound. `least` is 0 if the value may equal the bound, else 1. Values that can't be
 * compared, such as a number and NaN, satisfy no bound.
 */
const isAtLeast = (least: 0 | 1, order: number | undefined): boolean =>
  order !== undefined && Math.sign(order) >= least;

function hasLength(
  { minLength, maxLength }: Bounds,
  primitive: Primitive,
  text: string,
  value: AtomicValue,
): boolean {
  if ((minLength === null && maxLength === null) || primitive === 'QName') {
    return true;
  }
  const length = value instanceof Uint8Array ? value.length : lengthOf(text);
  return length >= (minLength ?? 0) && length <= (maxLength ?? Number.POSITIVE_INFINITY);
}

/** The number of characters. A character outside the basic plane counts as one, not as two as in `text.length`. */
function lengthOf(text: string): number {
  let length = 0;
  for (const _character of text) {
    length += 1;
  }
  return length;
}

function hasDigits({ totalDigits, fractionDigits }: Bounds, text: string): boolean {
  if (totalDigits === null && fractionDigits === null) {
    return true;
  }
  const { total, fraction } = digitsOf(text);
  return (
    total <= (totalDigits ?? Number.POSITIVE_INFINITY) &&
    fraction <= (fractionDigits ?? Number.POSITIVE_INFINITY)
  );
}

/** Negative, 0 or positive, as for sorting. Undefined if the two values can't be compared, such as a number and NaN. */
function compare(primitive: Primitive, first: AtomicValue, second: AtomicValue): number | undefined {
  switch (primitive) {
    case 'int':
    case 'long':
    case 'float':
    case 'double':
      return first < second ? -1 : first > second ? 1 : first === second ? 0 : undefined;
    case 'decimal':
      return compareDecimals(String(first), String(second));
    case 'duration':
      return compareDurations(String(first), String(second));
    case 'string':
    case 'boolean':
    case 'hexBinary':
    case 'base64Binary':
    case 'anyURI':
    case 'QName':
      return undefined;
    default:
      return compareMoments(String(first), String(second), primitive);
  }
}
