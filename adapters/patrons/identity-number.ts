/**
 * Whether PRS accepts the identity number, such as `A123456(3)` or `WX123450(A)`. The check digit must be right (R8).
 * PRS refuses a search for any other number, so the adapter doesn't send it: no patron has the number.
 */
export function isIdentityNumber(number: string): boolean {
  const [, letters = '', digits = '', checkDigit] = /^([A-Z]{1,2})([0-9]{6})\(([0-9A])\)$/.exec(number) ?? [];
  if (checkDigit === undefined) {
    return false;
  }
  // A single letter is padded with a space, which has the value 36. A has the value 10, and Z has 35.
  const values = [...letters.padStart(2, ' ')].map((letter) =>
    letter === ' ' ? 36 : letter.charCodeAt(0) - 55,
  );
  const weighted = [...values, ...[...digits].map(Number)].map((value, index) => value * (9 - index));
  const expected = (11 - (weighted.reduce((sum, value) => sum + value, 0) % 11)) % 11;
  return checkDigit === (expected === 10 ? 'A' : String(expected));
}
