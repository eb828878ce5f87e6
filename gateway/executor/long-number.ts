/**
 * JSON has numbers of any length. JavaScript reads them as doubles, so 9007199254740993 becomes 9007199254740992, which
 * may be the key of something else. Here a number that a double can't hold keeps its text, from the JSON that it comes in
 * to the JSON that it goes out in.
 */

declare global {
  /** Node has it, TypeScript's libraries don't yet. */
  interface JSON {
    rawJSON(text: string): unknown;
    parse(
      text: string,
      reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
    ): unknown;
  }
}

/** A number of JSON that a double can't hold. `JSON.stringify` writes its text. */
export class LongNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** Null if it has decimals or an exponent. */
  get integer(): string | null {
    return /^-?\d+$/.test(this.text) ? this.text : null;
  }

  toJSON(): unknown {
    return JSON.rawJSON(this.text);
  }
}

/** Significant digits. Every number with fewer keeps its value as a double. */
const fewestDigits = 16;

const byteOrderMark = '\uFEFF';

/** Like `JSON.parse`, but a number that a double can't hold becomes a `LongNumber`. @throws as `JSON.parse` */
export function parseJson(json: Buffer): unknown {
  const decoded = json.toString();
  const text = decoded.startsWith(byteOrderMark) ? decoded.slice(1) : decoded;
  return hasLongNumber(json) ? JSON.parse(text, keepLongNumber) : JSON.parse(text);
}

function keepLongNumber(_key: string, value: unknown, { source }: { readonly source?: string }): unknown {
  return typeof value === 'number' && source !== undefined && isLong(source) ? new LongNumber(source) : value;
}

function isLong(number: string): boolean {
  return number.length >= fewestDigits && String(Number(number)) !== number;
}

/**
 * Whether a number in the JSON loses digits as a double. It is also true for some texts that only look like one, such as
 * `"a, 9007199254740993"`.
 *
 * `JSON.parse` with a function takes several times as long as without. So that nobody pays for the long numbers of others,
 * this looks at every sixteenth byte only: sixteen digits in a row have one of these. It takes 3 to 6 % of the time of
 * `JSON.parse`.
 */
export function hasLongNumber(json: Buffer): boolean {
  for (let at = fewestDigits - 1; at < json.length; at += fewestDigits) {
    // Of sixteen digits in a row, eight or more are on one side of this one.
    if (isDigit(json, at) && (isDigit(json, at - 8) || isDigit(json, at + 8))) {
      const start = startOfDigits(json, at);
      const end = endOfDigits(json, at);
      if (end - start >= fewestDigits && isLongNumberAt(json, start, end)) {
        return true;
      }
      // The next sixteen in a row begin after `end`.
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
/** What a number in JSON may come after. A text of digits comes after a quotation mark. */
const beforeNumbers: ReadonlySet<number> = new Set([...':[, \n\r\t'].map(byteOf));

/** Whether there is a digit, or a decimal point, which is among digits. */
function isDigit(json: Buffer, at: number): boolean {
  const byte = json[at] ?? 0;
  return byte <= nine && (byte >= zero || byte === point);
}

/** `start` and `end`: of its digits, without the sign and the exponent. */
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
