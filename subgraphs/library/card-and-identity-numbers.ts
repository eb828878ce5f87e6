/** Numbers of people, cards and items: whether they are well formed, and how an identity number is masked (R8). */

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

/** Numbers have at most 20 characters, and people type spaces into them. Longer text is not a number, and is not parsed. */
const maxTypedLength = 64;

/**
 * The number of a card or an item in the form that the systems store, from what people type: with spaces or dashes, or in full
 * width. Never fails: other text stays as it was typed, and nothing is found by it.
 */
export function cardNumberOf(typed: string): string {
  if (typed.length > maxTypedLength) {
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
 * The identity number in the registry's form, `A123456(3)`, from what people type: in lower case or full width, with spaces,
 * without brackets. Null where it does not have that form or the check digit is wrong (R8).
 */
export function parseIdentityNumber(typed: string): string | null {
  if (typed.length > maxTypedLength) {
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

/** The same, except that an invalid number stays as it was typed, so that a rule can report it. */
export function identityNumberOf(typed: string): string {
  return parseIdentityNumber(typed) ?? typed;
}

/**
 * The number of a birth certificate in the form that the registry compares, from what people type: without white space, in
 * upper case. Never fails: other text stays nearly as it was typed.
 */
export function certificateNumberOf(typed: string): string {
  return typed
    .normalize('NFKC')
    .replace(/[\s\p{Cf}]/gu, '')
    .toUpperCase();
}

/** Of the number of a birth certificate, in characters. */
export const maxCertificateLength = 20;

/** True for a possible number of a birth certificate, in the registry's form. */
export function isCertificateNumber(number: string): boolean {
  return number.length <= maxCertificateLength && /^[A-Z0-9()/-]+$/.test(number);
}

/** Keeps the letters and the first two digits, as in `A12****(*)`. Of a number of another form nothing is kept. */
export function maskIdentityNumber(number: string): string {
  const shown = /^[A-Z]{0,2}[0-9]{2}/.exec(number)?.[0] ?? '';
  return shown + number.slice(shown.length).replace(/[\p{L}\p{N}]/gu, '*');
}

/** The maximum length of a vendor's number in UTF-16 code units, which the journal counts. */
const maxVendorNumberLength = 64;

/** True for text that can be a vendor's number of a title, patron, loan or hold, or the code of a branch. Other text is not worth a call. */
export const isVendorNumber = (text: string): boolean =>
  text.length <= maxVendorNumberLength && /^\P{C}+$/u.test(text);
