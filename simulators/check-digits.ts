/** Returns the check digit of an identity number's letters and digits, such as `A123456` (R8). */
export function identityCheckDigit(body: string): string {
  const sum = [...body.padStart(8, ' ')].reduce(
    (total, char, index) => total + charValue(char) * (9 - index),
    0,
  );
  const digit = (11 - (sum % 11)) % 11;
  return digit === 10 ? 'A' : String(digit);
}

/** Returns the value of a character: 36 for a space, 10 to 35 for A to Z, and a digit's own value. */
const charValue = (char: string): number => (char === ' ' ? 36 : Number.parseInt(char, 36));

/**
 * Returns whether the text is an identity number in PRS's form, such as `A123456(3)` (R8). This form has one or two
 * capitals, six digits, and the right check digit in brackets.
 */
export function isIdentityNumber(text: string): boolean {
  const match = /^([A-Z]{1,2}[0-9]{6})\(([0-9A])\)$/.exec(text);
  return match?.[1] !== undefined && identityCheckDigit(match[1]) === match[2];
}

/** Returns the Luhn digit that completes a card or item number. */
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
