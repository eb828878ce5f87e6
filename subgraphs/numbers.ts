/**
 * The numbers that people and cards go by: which are well formed, and how an identity number is masked (R8).
 */

/** True for 14 digits whose last is a Luhn check digit: the form of card and item numbers. */
export function hasLuhnCheckDigit(number: string): boolean {
  if (!/^[0-9]{14}$/.test(number)) {
    return false;
  }
  let sum = 0;
  for (const [index, digit] of [...number].reverse().entries()) {
    const value = Number(digit) * (index % 2 === 0 ? 1 : 2);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}

/** True for an identity number of the form `A123456(3)` or `WX123450(A)` with the right check digit. */
export function isIdentityNumber(number: string): boolean {
  const form = /^([A-Z]{1,2})([0-9]{6})\(([0-9A])\)$/.exec(number);
  const [, letters, digits, checkDigit] = form ?? [];
  if (letters === undefined || digits === undefined) {
    return false;
  }
  // A single letter is padded with a space, which counts 36; A is 10, Z is 35.
  const values = [...letters.padStart(2, ' ')].map((letter) =>
    letter === ' ' ? 36 : letter.charCodeAt(0) - 55,
  );
  values.push(...[...digits].map(Number));
  const sum = values.reduce((total, value, index) => total + value * (9 - index), 0);
  const expected = (11 - (sum % 11)) % 11;
  return checkDigit === (expected === 10 ? 'A' : String(expected));
}

/**
 * The letters and the first two digits stay, as in `A12****(*)`. Of a number of another form nothing stays.
 */
export function maskIdentityNumber(number: string): string {
  const shown = /^[A-Z]{0,2}[0-9]{2}/.exec(number)?.[0] ?? '';
  return shown + number.slice(shown.length).replace(/[\p{L}\p{N}]/gu, '*');
}
