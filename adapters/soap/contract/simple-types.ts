import type { AtomicType } from './contract-types.ts';
import { isDay } from './legacy-dates.ts';

export type AtomicValue = string | boolean | number | bigint;

const whiteSpace = /[ \t\r\n]+/g;
const collapse = (text: string): string =>
  /[ \t\r\n]/.test(text) ? text.replace(whiteSpace, ' ').trim() : text;
const integer = /^[+-]?[0-9]{1,40}$/;
const dateTime =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(\.\d{1,12})?(Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)?$/;

/** The characters that XML 1.0 can't carry. Lone surrogates are checked separately. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to find
const notXml = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

/** Whether XML 1.0 can carry the text. */
export const isXmlText = (text: string): boolean => !notXml.test(text) && text.isWellFormed();

/** Parses the text of an element or attribute. Undefined if the text is not valid for the type. */
export function readAtomic(type: AtomicType, text: string): AtomicValue | undefined {
  switch (type.primitive) {
    case 'string':
      return admits(type, text) ? text : undefined;
    case 'boolean': {
      const word = collapse(text);
      if (word === 'true' || word === '1') {
        return true;
      }
      return word === 'false' || word === '0' ? false : undefined;
    }
    case 'int': {
      const digits = collapse(text);
      return integer.test(digits) ? within(Number(digits)) : undefined;
    }
    case 'long': {
      const digits = collapse(text);
      return integer.test(digits) ? withinLong(BigInt(digits.replace('+', ''))) : undefined;
    }
    case 'dateTime': {
      const stamp = collapse(text);
      return isDateTime(stamp) ? stamp : undefined;
    }
    default:
      return type.primitive satisfies never;
  }
}

/** The text of a value, not escaped yet. Undefined if the value is not valid for the type. */
export function writeAtomic(type: AtomicType, value: unknown): string | undefined {
  switch (type.primitive) {
    case 'string':
      return typeof value === 'string' && isXmlText(value) && admits(type, value) ? value : undefined;
    case 'boolean':
      return typeof value === 'boolean' ? String(value) : undefined;
    case 'int':
      return typeof value === 'number' && within(value) !== undefined ? String(value) : undefined;
    case 'long':
      return typeof value === 'bigint' && withinLong(value) !== undefined ? String(value) : undefined;
    case 'dateTime':
      return typeof value === 'string' && isDateTime(value) ? value : undefined;
    default:
      return type.primitive satisfies never;
  }
}

function admits(type: AtomicType, text: string): boolean {
  if (type.enumeration !== null && !type.enumeration.has(text)) {
    return false;
  }
  for (const { regExp } of type.patterns) {
    if (!regExp.test(text)) {
      return false;
    }
  }
  return true;
}

function within(value: number): number | undefined {
  // XML can't distinguish -0 from 0, so adding 0 turns -0 into 0.
  return Number.isInteger(value) && value >= -0x8000_0000 && value <= 0x7fff_ffff ? value + 0 : undefined;
}

const withinLong = (value: bigint): bigint | undefined =>
  BigInt.asIntN(64, value) === value ? value : undefined;

/**
 * Accepts only years of four digits, which are enough for every record. Rejects 24:00:00, although XML Schema allows
 * it.
 */
function isDateTime(text: string): boolean {
  const [, year, month, day, hour, minute, second] = dateTime.exec(text) ?? [];
  return (
    isDay(Number(year), Number(month), Number(day)) &&
    Number(hour) < 24 &&
    Number(minute) < 60 &&
    Number(second) < 60
  );
}
