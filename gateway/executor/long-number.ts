/**
 * JSON has numbers of any length. JavaScript reads them as doubles, so 9007199254740993 becomes 9007199254740992, which
 * may be the key of another object. Here a number that doesn't fit a double keeps its text. The text is kept from the
 * JSON of a request or a subgraph to the JSON that the gateway sends.
 */

declare global {
  /** Node has this method, but TypeScript's libraries don't declare it yet. */
  interface JSON {
    rawJSON(text: string): unknown;
  }
}

/** A number of JSON that doesn't fit a double. `JSON.stringify` writes its text. */
export class LongNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  /** The text if the number is an integer. Null if the number has decimals or an exponent. */
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
  const value: unknown = JSON.parse(text);
  return hasLongNumber(json) ? parseExactly(text) : value;
}

/**
 * Parses valid JSON that may have long numbers. `JSON.parse` with a function for each value took five times as long,
 * and no other request was answered meanwhile. So the long numbers are first written as strings that begin with a
 * random mark: `[1, 9007199254740993]` becomes `[1, "<mark>9007199254740993"]`.
 */
function parseExactly(text: string): unknown {
  const mark = crypto.randomUUID();
  return withLongNumbers(JSON.parse(markLongNumbers(text, mark)), mark);
}

/** Matches text that may be a number of at least `fewestDigits` characters. */
const longToken = new RegExp(`[-+.eE\\d]{${fewestDigits},}`, 'g');

/** `text` must be valid JSON. */
function markLongNumbers(text: string, mark: string): string {
  let marked = '';
  let copied = 0;
  let quotation = text.indexOf('"');
  longToken.lastIndex = 0;
  for (let found = longToken.exec(text); found !== null; found = longToken.exec(text)) {
    const { 0: token, index } = found;
    let textEnd = 0;
    while (quotation !== -1 && quotation < index) {
      textEnd = endOfText(text, quotation) + 1;
      quotation = text.indexOf('"', textEnd);
    }
    if (index < textEnd) {
      // The token is in a string. The search continues after the string.
      longToken.lastIndex = textEnd;
    } else if (isLong(token)) {
      marked += `${text.slice(copied, index)}"${mark}${token}"`;
      copied = index + token.length;
    }
  }
  return marked + text.slice(copied);
}

/** The position of the quotation mark that ends the string. The string begins at `start`. */
function endOfText(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); ; end = json.indexOf('"', end + 1)) {
    let escapes = 0;
    while (json.charCodeAt(end - 1 - escapes) === backslash) {
      escapes++;
    }
    if (escapes % 2 === 0) {
      return end;
    }
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/** Replaces the strings that begin with `mark` by `LongNumber`s. Returns the changed value. */
function withLongNumbers(value: unknown, mark: string): unknown {
  if (typeof value === 'string') {
    return value.startsWith(mark) ? new LongNumber(value.slice(mark.length)) : value;
  }
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const inner: unknown = value[index];
      const exact = withLongNumbers(inner, mark);
      if (exact !== inner) {
        value[index] = exact;
      }
    }
  } else if (isObject(value)) {
    for (const key of Object.keys(value)) {
      const inner = value[key];
      const exact = withLongNumbers(inner, mark);
      if (exact !== inner) {
        // An assignment to the key `__proto__` would change the prototype.
        Object.defineProperty(value, key, { value: exact });
      }
    }
  }
  return value;
}

function isLong(number: string): boolean {
  return number.length >= fewestDigits && String(Number(number)) !== number;
}

/**
 * Whether a number in the JSON loses digits as a double. Also true for some texts that only look like numbers, such as
 * `"a, 9007199254740993"`.
 *
 * JSON without long numbers costs only this check, which takes 3 to 4 % of the time of `JSON.parse`. The check reads
 * every sixteenth byte, because sixteen digits in a row contain one of these bytes.
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
const backslash = byteOf('\\');
const zero = byteOf('0');
const nine = byteOf('9');
const point = byteOf('.');
const minus = byteOf('-');
const exponentBytes: ReadonlySet<number> = new Set([...'eE+-0123456789'].map(byteOf));
/** The bytes that can come before a number in JSON. A quotation mark is not among them: it begins a string. */
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
