import type { Localized } from './language.ts';

/**
 * Contact details: parsing what people type into the form that the legacy systems store, and validating it. The vendors'
 * contracts accept any text of any length, except for the four lines of an address; the other limits are ours, well above
 * real data. Lengths are in UTF-16 code units. Messages say how to correct the input, and never quote it (R30).
 */

/** Lines of an address that the registry accepts. */
export const addressLineLimit = 4;
const maxLength = { addressLine: 100, email: 254 } as const;

/** What can be wrong with contact details, and how they are written instead. */
const faults = {
  tooManyLines: {
    en: `An address has ${addressLineLimit} lines at most: put the rest into fewer.`,
    'zh-Hant': `地址最多 ${addressLineLimit} 行：請合併為較少行數。`,
  },
  addressLine: {
    en: `A line of an address is plain text of up to ${maxLength.addressLine} characters, none of them invisible.`,
    'zh-Hant': `地址每行為最多 ${maxLength.addressLine} 個字元的純文字，不可含隱藏字元。`,
  },
  telephone: {
    en: 'A telephone number has 7 to 15 digits, for one abroad after a plus and the country code.',
    'zh-Hant': '電話號碼為 7 至 15 位數字；境外號碼須先填加號及國家或地區代碼。',
  },
  email: {
    en: `An e-mail address has one @ and a domain after it, in up to ${maxLength.email} characters.`,
    'zh-Hant': `電郵地址含一個 @，其後為網域，最多 ${maxLength.email} 個字元。`,
  },
} as const satisfies Readonly<Record<string, Localized>>;

/** Collapses white space of any kind into single spaces, and trims the ends. */
export function oneLine(typed: string): string {
  return typed.replace(/\s+/g, ' ').trim();
}

/**
 * True where every character is visible as itself. Control characters, line separators, lone surrogates and noncharacters can't
 * be stored or sent. Invisible format characters are not accepted either: direction marks make a name read differently than it
 * is written, and zero-width characters make two names differ that look alike.
 */
export function isPlain(text: string): boolean {
  return !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/u.test(text);
}

/** True for plain text of up to `maxUnits` UTF-16 code units. */
export function isText(text: string, maxUnits: number): boolean {
  return text.length <= maxUnits && isPlain(text);
}

/** The text in the form that `parse` gives it; null where it is absent, null or empty: the systems store no empty text. */
export function optionalText(
  typed: string | null | undefined,
  parse: (typed: string) => string,
): string | null {
  const text = typed == null ? '' : parse(typed);
  return text === '' ? null : text;
}

/** Each line with its white space collapsed; empty lines are left out. */
export function addressLinesOf(typed: readonly string[]): string[] {
  return typed.map(oneLine).filter((line) => line !== '');
}

/** What is wrong with the lines of an address; null where nothing is. */
export function addressFault(lines: readonly string[]): Localized | null {
  if (lines.length > addressLineLimit) {
    return faults.tooManyLines;
  }
  return lines.every((line) => isText(line, maxLength.addressLine)) ? null : faults.addressLine;
}

/**
 * The digits of a telephone number, with a leading plus where there was one. Hong Kong's country code is removed, so that a
 * number is found as it is dialled here: `+852 2345-6789` becomes `23456789`. Other text stays an invalid number.
 */
export function telephoneOf(typed: string): string {
  return typed
    .normalize('NFKC')
    .replace(/[\s().\p{Pd}\p{Cf}]/gu, '')
    .replace(/^(?:\+|00)852(?=[0-9]{8}$)/, '');
}

/** What is wrong with a telephone number; null where nothing is. */
export function telephoneFault(telephone: string): Localized | null {
  return /^\+?[0-9]{7,15}$/.test(telephone) ? null : faults.telephone;
}

/** What is wrong with the form of an e-mail address; null where nothing is. Only a message can show that somebody reads it. */
export function emailFault(email: string): Localized | null {
  const hasForm = /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/.test(email);
  return hasForm && isText(email, maxLength.email) ? null : faults.email;
}
