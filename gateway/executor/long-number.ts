/**
 * JSON has numbers of any length. JavaScript reads them as doubles, so 9007199254740993 becomes 9007199254740992, which
 * may be the key of another object. Here a number that doesn't fit a double keeps its text, from the JSON of a request
 * or a subgraph to the JSON that the gateway sends.
 */

declare global {
  /** Node has this method, but TypeScript's libraries don't declare it yet. */
  interface JSON {
    rawJSON(text: string): unknown;
    parse(
      text: string,
      reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
    ): unknown;
  }
}

/** A number of JSON that doesn't fit a double. `JSON.stringify` writes its text. */
export class LongNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** The text if it is an integer. Null if it has decimals or an exponent. */
  get integer(): string | null {
    return /^-?\d+$/.test(this.text) ? this.text : null;
  }

  toJSON(): unknown {
    return JSON.rawJSON(this.text);
  }
}

/** The fewest significant digits of a number that may lose its value as a double. */
const fewestDigits = 16;

const byteOrderMark = '\uFEFF';

/**
 * Like `JSON.parse`, but a number that doesn't fit a double becomes a `LongNumber`. @throws the errors of `JSON.parse`
 */
export function parseJson(json: Buffer): unknown {
  const decoded = json.toString();
  const text = decoded.startsWith(byteOrderMark) ? decoded.slice(1) : decoded;
  return hasLongNumber(json) ? JSON.parse(text, reviveLongNumber) : JSON.parse(text);
}

/** The function for `JSON.parse` that makes a `LongNumber` of a number that doesn't fit a double. */
function reviveLongNumber(
  _key: string,
  value: unknown,
  { source }: { readonly source?: string } = {},
): unknown {
  return typeof value === 'number' && source !== undefined && isLong(source) ? new LongNumber(source) : value;
}

function isLong(number: string): boolean {
  return number.length >= fewestDigits && String(Number(number)) !== number;
}

/**
 * Whether a number in the JSON loses digits as a double. It is also true for some texts that only look like numbers,
 * such as `"a, 9007199254740993"`.
 *
 * With a reviver function, `JSON.parse` takes several times as long. This check avoids that cost for JSON without long
 * numbers. It reads only every sixteenth byte, because sixteen digits in a row contain one of these bytes. The check
 * takes 3 to 4 % of the time of `JSON.parse`.
 */
export function hasLongNumber(json: Buffer): boolean {
  for (let at = fewestDigits - 1; at < json.length; at += fewestDigits) {
    // In a row of sixteen digits, at least eight are on one side of the digit at `at`.
    if (isDigit(json, at) && (isDigit(json, at - 8) || isDigit(json, at + 8))) {
      const start = startOfDigits(json, at);
      const end = endOfDigits(json, at);
      if (end - start >= fewestDigits && isLongNumberAt(json, start, end)) {
        return true;
      }
      // The next row of sixteen digits can only begin after `end`.
      at = end;
    }
  }
  return false;
}

function startOfDigits(json: Buffer, at: number): number {
  let start = at;
  while (isDigit(json, start - 1)) {
    start--;
  }
  return start;
}

function endOfDigits(json: Buffer, at: number): number {
  let end = at + 1;
  while (isDigit(json, end)) {
    end++;
  }
  return end;
}

const byteOf = (character: string): number => character.charCodeAt(0);
const zero = byteOf('0');
const nine = byteOf('9');
const point = byteOf('.');
const minus = byteOf('-');
const exponentBytes: ReadonlySet<number> = new Set([...'eE+-0123456789'].map(byteOf));
/** The bytes that can come before a number in JSON. Digits in a text come after a quotation mark. */
const beforeNumbers: ReadonlySet<number> = new Set([...':[, \n\r\t'].map(byteOf));

/** Whether the byte is a digit or a decimal point, which may be in a row of digits. */
function isDigit(json: Buffer, at: number): boolean {
  const byte = json[at] ?? 0;
  return byte <= nine && (byte >= zero || byte === point);
}

/**
 * Whether a number in the JSON doesn't fit a double. `start` and `end` are the bounds of its digits, without the sign
 * and the exponent.
 */
function isLongNumberAt(json: Buffer, start: number, end: number): boolean {
  const from = json[start - 1] === minus ? start - 1 : start;
  if (from > 0 && !beforeNumbers.has(json[from - 1] ?? 0)) {
    return false;
  }
  let to = end;
  while (exponentBytes.has(json[to] ?? 0)) {
    to++;
  }
  return isLong(json.toString('latin1', from, to));
}
