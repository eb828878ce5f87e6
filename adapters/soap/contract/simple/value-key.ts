import type { AtomicValue, Primitive } from '../contract-types.ts';
import { writeHex } from './binary.ts';
import { canonicalDecimal } from './decimals.ts';
import { canonicalDuration } from './durations.ts';
import { canonicalMoment } from './moments.ts';

/** The canonical text of a value: equal values have the same text. Enumerations are compared by this text. */
export function valueKey(primitive: Primitive, value: AtomicValue): string {
  switch (primitive) {
    case 'decimal':
      return canonicalDecimal(String(value));
    case 'float':
      return String(Math.fround(Number(value)));
    case 'duration':
      return canonicalDuration(String(value));
    case 'hexBinary':
    case 'base64Binary':
      return value instanceof Uint8Array ? writeHex(value) : '';
    case 'string':
    case 'boolean':
    case 'int':
    case 'long':
    case 'double':
    case 'anyURI':
    case 'QName':
      return String(value);
    default:
      return canonicalMoment(String(value), primitive);
  }
}
