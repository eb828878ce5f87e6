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

/** Numbers have 20 characters at most, and people type spaces into them: what is longer is none, and is left alone. */
const longestTyped = 64;

/**
 * The number of a card or an item as the systems keep it, of what people type: in full width, with spaces or dashes in it.
 * Never fails: what is no number stays as it was typed, for nothing to be found by it.
 */
export function cardNumberOf(typed: string): string {
  if (typed.length > longestTyped) {
    return typed;
  }
  return typed.normalize('NFKC').replace(/[\s\p{Cf}\p{Pd}]/gu, '');
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
 * The identity number in the registry's form, `A123456(3)`, of what people type: in lower case or full width, with
 * spaces, without brackets. Null where it is of no such form or the check digit is wrong (R8).
 */
export function parseIdentityNumber(typed: string): string | null {
  if (typed.length > longestTyped) {
    return null;
  }
  const plain = typed.normalize('NFKC').replace(/[\s\p{Cf}]/gu, '');
  const form = /^([A-Z]{1,2}[0-9]{6})(?:\(([0-9A])\)|([0-9A]))$/i.exec(plain);
  if (form === null) {
    return null;
  }
  const [, digits = '', bracketed, bare = ''] = form;
  const number = `${digits}(${bracketed ?? bare})`.toUpperCase();
  return isIdentityNumber(number) ? number : null;
}

/** The same; what is no identity number stays as it was typed, for a rule to find. */
export function identityNumberOf(typed: string): string {
  return parseIdentityNumber(typed) ?? typed;
}

/**
 * The number of a birth certificate in the registry's form, which compares it letter by letter, of what people type.
 * Never fails: what is of no such form stays nearly as it was typed.
 */
export function certificateNumberOf(typed: string): string {
  return typed
    .normalize('NFKC')
    .replace(/[\s\p{Cf}]/gu, '')
    .toUpperCase();
}

/** True for what can be the number of a birth certificate, in the registry's form. */
export function isCertificateNumber(number: string): boolean {
  return /^[A-Z0-9()/-]{1,20}$/.test(number);
}

/**
 * The letters and the first two digits stay, as in `A12****(*)`. Of a number of another form nothing stays.
 */
export function maskIdentityNumber(number: string): string {
  const shown = /^[A-Z]{0,2}[0-9]{2}/.exec(number)?.[0] ?? '';
  return shown + number.slice(shown.length).replace(/[\p{L}\p{N}]/gu, '*');
}

/** Characters in UTF-16 units, as the journal counts them: no number is longer. */
const longestVendorNumber = 64;

/** Has a form that the vendors' numbers of titles, patrons, loans and holds have; of another form there are none. */
export const isVendorNumber = (text: string): boolean =>
  text.length <= longestVendorNumber && /^\P{C}+$/u.test(text);
