/** Decimal numbers as text, because a JavaScript number would lose digits. */

/** No amount has as many digits. The limit keeps a comparison fast. */
const maxDigits = 1_000;
const decimal = /^([+-]?)([0-9]*)(?:\.([0-9]*))?$/;
const numeric = /^[+-]?[0-9]+$/;

/** A decimal number without leading and trailing zeros. */
interface Decimal {
  readonly isNegative: boolean;
  readonly whole: string;
  readonly fraction: string;
}

export const isDecimal = (text: string): boolean =>
  text.length <= maxDigits && decimal.test(text) && /[0-9]/.test(text);

function partsOf(text: string): Decimal {
  const [, sign = '', digits = '', decimals = ''] = decimal.exec(text) ?? [];
  const whole = digits.replace(/^0+/, '');
  const fraction = decimals.replace(/0+$/, '');
  return { isNegative: sign === '-' && whole + fraction !== '', whole, fraction };
}

/** The canonical text of a number: equal numbers have the same text. `+01.50` gives `1.5`. */
export function canonicalDecimal(text: string): string {
  const { isNegative, whole, fraction } = partsOf(text);
  return `${isNegative ? '-' : ''}${whole === '' ? '0' : whole}${fraction === '' ? '' : `.${fraction}`}`;
}

/** Negative if the first number is less than the second, positive if it is greater, else 0. */
export function compareDecimals(first: string, second: string): number {
  const a = partsOf(first);
  const b = partsOf(second);
  if (a.isNegative !== b.isNegative) {
    return a.isNegative ? -1 : 1;
  }
  const size =
    a.whole.length - b.whole.length || compareTexts(a.whole, b.whole) || compareTexts(a.fraction, b.fraction);
  return a.isNegative ? -size : size;
}

const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The digits that the facets `totalDigits` and `fractionDigits` count. */
export function digitsOf(text: string): { readonly total: number; readonly fraction: number } {
  const { whole, fraction } = partsOf(text);
  return { total: whole.length + fraction.length, fraction: fraction.length };
}

/** Whether the text is a whole number, of a length that `BigInt` reads quickly. */
export const isWhole = (text: string): boolean => text.length <= maxDigits && numeric.test(text);

const float = /^(?:[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|-?INF|NaN)$/;

/** Reads a float or a double. Undefined for any other text. */
export function readFloat(text: string): number | undefined {
  if (text.length > maxDigits || !float.test(text)) {
    return undefined;
  }
  if (text === 'NaN') {
    return Number.NaN;
  }
  return text.endsWith('INF') ? Number.POSITIVE_INFINITY * (text === 'INF' ? 1 : -1) : Number(text);
}

export function writeFloat(value: number): string {
  if (Number.isFinite(value)) {
    return Object.is(value, -0) ? '-0' : String(value);
  }
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'INF' : '-INF';
}
