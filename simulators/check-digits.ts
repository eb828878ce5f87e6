/** The check digit of an identity number's letters and digits, such as `A123456` (rules, R8). */
export function identityCheckDigit(body: string): string {
  const sum = [...body.padStart(8, ' ')].reduce(
    (total, char, index) => total + charValue(char) * (9 - index),
    0,
  );
  const digit = (11 - (sum % 11)) % 11;
  return digit === 10 ? 'A' : String(digit);
}

/** A space counts as 36, A to Z as 10 to 35, a digit as itself. */
const charValue = (char: string): number => (char === ' ' ? 36 : Number.parseInt(char, 36));

/** Whether the text is an identity number as PRS stores it, such as `A123456(3)`: one or two capitals, six digits, and the right
 * check digit in brackets (R8). */
export function isIdentityNumber(text: string): boolean {
  const match = /^([A-Z]{1,2}[0-9]{6})\(([0-9A])\)$/.exec(text);
  return match?.[1] !== undefined && identityCheckDigit(match[1]) === match[2];
}

/** The Luhn digit that makes `digits` a whole card or item number. */
export function luhnDigit(digits: string): string {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const isDoubled = (digits.length - index) % 2 === 1;
    const value = (digits.charCodeAt(index) - ZERO) * (isDoubled ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return String((10 - (sum % 10)) % 10);
}

const ZERO = '0'.charCodeAt(0);
