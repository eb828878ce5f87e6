import { identityCheckDigit, luhnDigit } from '../check-digits.ts';

/** The vendors' numbers, by position in their table: the first row has position 1. */
export const patronNo = (position: number): string => `P${digits(position, 7)}`;
export const applicationNo = (position: number): string => `A${digits(position, 7)}`;
export const reportNo = (position: number): string => `R${digits(position, 7)}`;
export const bibNo = (position: number): string => `B${digits(position, 7)}`;
export const loanNo = (position: number): string => `L${digits(position, 8)}`;
export const holdNo = (position: number): string => `H${digits(position, 7)}`;
export const chargeNo = (position: number): string => `F${digits(position, 7)}`;
/** 14 digits: 2 is a card's and 3 an item's, 1852 the library's, and the last a Luhn digit (R8). */
export const cardNo = (position: number): string => withLuhnDigit(`21852${digits(position, 8)}`);
export const itemNo = (position: number): string => withLuhnDigit(`31852${digits(position, 8)}`);

/** An identity number, such as `T524287(9)`. `seed.json` has no letter T. A position below a million has a number of its own. */
export function identityNumber(position: number): string {
  // A factor that shares no divisor with the modulus: neighbours get numbers that look unrelated, and none comes twice.
  const body = `T${digits((position * 524_287) % 1_000_000, 6)}`;
  return `${body}(${identityCheckDigit(body)})`;
}

/** A birth certificate's number, such as `T0000123`. */
export const birthCertificateNumber = (position: number): string => `T${digits(position, 7)}`;

/** A telephone number that nobody has: `2` and seven digits. */
export const telephoneNumber = (position: number): string => `2${digits(position, 7)}`;

const digits = (number: number, width: number): string => String(number).padStart(width, '0');

const withLuhnDigit = (number: string): string => number + luhnDigit(number);
