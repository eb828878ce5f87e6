/**
 * True for an identity number that PRS takes: `A123456(3)` or `WX123450(A)`, with the right check digit (R8). With any
 * other it refuses the whole request, where the honest answer is that nobody has that number.
 */
export function isIdentityNumber(number: string): boolean {
  const [, letters = '', digits = '', checkDigit] = /^([A-Z]{1,2})([0-9]{6})\(([0-9A])\)$/.exec(number) ?? [];
  if (checkDigit === undefined) {
    return false;
  }
  // A single letter is padded with a space, which counts 36; A is 10, Z is 35.
  const values = [...letters.padStart(2, ' ')].map((one) => (one === ' ' ? 36 : one.charCodeAt(0) - 55));
  const weighted = [...values, ...[...digits].map(Number)].map((value, index) => value * (9 - index));
  const expected = (11 - (weighted.reduce((sum, value) => sum + value, 0) % 11)) % 11;
  return checkDigit === (expected === 10 ? 'A' : String(expected));
}
