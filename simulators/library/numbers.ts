import { identityCheckDigit, luhnDigit } from '../check-digits.ts';

/**
 * Each function returns the number of a legacy system's record from the record's position in its table. The first
 * position is 1.
 */
export const patronNo = (position: number): string => `P${digits(position, 7)}`;
export const applicationNo = (position: number): string => `A${digits(position, 7)}`;
export const reportNo = (position: number): string => `R${digits(position, 7)}`;
export const bibNo = (position: number): string => `B${digits(position, 7)}`;
export const loanNo = (position: number): string => `L${digits(position, 8)}`;
export const holdNo = (position: number): string => `H${digits(position, 7)}`;
export const chargeNo = (position: number): string => `F${digits(position, 7)}`;
/** Numbers of 14 digits: 2 for a card or 3 for an item, the library's code 1852, eight digits, and a Luhn digit (R8). */
export const cardNo = (position: number): string => withLuhnDigit(`21852${digits(position, 8)}`);
export const itemNo = (position: number): string => withLuhnDigit(`31852${digits(position, 8)}`);

/**
 * Returns an identity number, such as `T524287(2)`. `seed.json` doesn't use the letter T. Positions below a million
 * have different numbers.
 */
export function identityNumber(position: number): string {
  // The factor shares no divisor with the modulus. So no number occurs twice, and successive numbers look unrelated.
  const body = `T${digits((position * 524_287) % 1_000_000, 6)}`;
  return `${body}(${identityCheckDigit(body)})`;
}

/** Returns the number of a birth certificate, such as `T0000123`. */
export const birthCertificateNumber = (position: number): string => `T${digits(position, 7)}`;

/** Returns a telephone number that nobody has in reality: `2` and seven digits. */
export const telephoneNumber = (position: number): string => `2${digits(position, 7)}`;

const digits = (number: number, width: number): string => String(number).padStart(width, '0');

const withLuhnDigit = (number: string): string => number + luhnDigit(number);
