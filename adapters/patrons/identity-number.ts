/**
 * Whether PRS accepts the identity number: such as `A123456(3)` or `WX123450(A)`, with the right check digit (R8). PRS refuses
 * a request with any other number. For the port, nobody has such a number.
 */
export function isIdentityNumber(number: string): boolean {
  const [, letters = '', digits = '', checkDigit] = /^([A-Z]{1,2})([0-9]{6})\(([0-9A])\)$/.exec(number) ?? [];
  if (checkDigit === undefined) {
    return false;
  }
  // A single letter is padded with a space. A space counts 36, A counts 10, Z counts 35.
  const values = [...letters.padStart(2, ' ')].map((letter) =>
    letter === ' ' ? 36 : letter.charCodeAt(0) - 55,
  );
  const weighted = [...values, ...[...digits].map(Number)].map((value, index) => value * (9 - index));
  const expected = (11 - (weighted.reduce((sum, value) => sum + value, 0) % 11)) % 11;
  return checkDigit === (expected === 10 ? 'A' : String(expected));
}
