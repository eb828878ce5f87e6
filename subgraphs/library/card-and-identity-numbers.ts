/** Checks the form of the numbers of people, cards and items, and masks identity numbers (R8). */

/** Whether a card or item number has the right form: 14 digits, of which the last is a Luhn check digit. */
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

/**
 * The longest text that is parsed as a number. Numbers have at most 20 characters, but people may type spaces into
 * them.
 */
const maxTypedLength = 64;

/**
 * Converts a typed number of a card or an item to the form that the systems store. People type spaces, dashes and
 * full-width digits. Never fails. Other text is not refused here: it matches no card or item.
 */
export function cardNumberOf(typed: string): string {
  if (typed.length > maxTypedLength) {
    return typed;
  }
  return typed.normalize('NFKC').replace(/[\s\p{Cf}\p{Pd}]/gu, '');
}

/** Whether an identity number has the form `A123456(3)` or `WX123450(A)`, and the right check digit. */
export function isIdentityNumber(number: string): boolean {
  const form = /^([A-Z]{1,2})([0-9]{6})\(([0-9A])\)$/.exec(number);
  const [, letters, digits, checkDigit] = form ?? [];
  if (letters === undefined || digits === undefined) {
    return false;
  }
  // A single letter is padded with a space, which has the value 36. A has the value 10, and Z has 35.
  const values = [...letters.padStart(2, ' ')].map((letter) =>
    letter === ' ' ? 36 : letter.charCodeAt(0) - 55,
  );
  values.push(...[...digits].map(Number));
  const sum = values.reduce((total, value, index) => total + value * (9 - index), 0);
  const expected = (11 - (sum % 11)) % 11;
  return checkDigit === (expected === 10 ? 'A' : String(expected));
}

/**
 * Converts a typed identity number to the registry's form, `A123456(3)`. People type lower case, full-width characters
 * and spaces, and leave out the brackets. Null if the text has another form, or if the check digit is wrong (R8).
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

/**
 * Converts a typed identity number as {@link parseIdentityNumber} does. An invalid number stays as it was typed, so
 * that a rule can report it.
 */
export function identityNumberOf(typed: string): string {
  return parseIdentityNumber(typed) ?? typed;
}

/**
 * Converts a typed number of a birth certificate to the registry's form, without white space and in upper case. Never
 * fails. Other text stays nearly as it was typed.
 */
export function certificateNumberOf(typed: string): string {
  return typed
    .normalize('NFKC')
    .replace(/[\s\p{Cf}]/gu, '')
    .toUpperCase();
}

/** The maximum length of a birth certificate's number, in characters. */
export const maxCertificateLength = 20;

/** Whether a text can be the number of a birth certificate, in the registry's form. */
export function isCertificateNumber(number: string): boolean {
  return number.length <= maxCertificateLength && /^[A-Z0-9()/-]+$/.test(number);
}

/**
 * Masks a number as in `A12****(*)`: the letters and the first two digits stay. If the number begins in another way,
 * all its letters and digits are masked.
 */
export function maskIdentityNumber(number: string): string {
  const shown = /^[A-Z]{0,2}[0-9]{2}/.exec(number)?.[0] ?? '';
  return shown + number.slice(shown.length).replace(/[\p{L}\p{N}]/gu, '*');
}

/**
 * The maximum length of a number that a vendor's system assigns, in UTF-16 code units. The journal has the same limit.
 */
const maxVendorNumberLength = 64;

/**
 * Whether a vendor's system can have assigned this text, as a number or as the code of a branch. No system is called
 * for any other text.
 */
export const isVendorNumber = (text: string): boolean =>
  text.length <= maxVendorNumberLength && /^\P{C}+$/u.test(text);
