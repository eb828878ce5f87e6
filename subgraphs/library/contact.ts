import type { Localized } from './language.ts';

/**
 * Converts typed contact details to the form that the legacy systems store, and checks them.
 *
 * The vendors' contracts accept any text of any length, except for the four lines of an address. The other limits are
 * ours, far above real data. Lengths are in UTF-16 code units. Messages say how to correct the input, and never quote
 * it (R30).
 */

/** The maximum number of lines of an address that the registry accepts. */
export const addressLineLimit = 4;
const maxLength = { addressLine: 100, email: 254 } as const;

const faults = {
  noLine: {
    en: 'An address has at least one line: give it, or leave the address out.',
    'zh-Hant': '地址最少有一行：請填寫，或不提供地址。',
  },
  tooManyLines: {
    en: `An address has ${addressLineLimit} lines at most: put the rest into fewer.`,
    'zh-Hant': `地址最多 ${addressLineLimit} 行：請合併為較少行數。`,
  },
  addressLine: {
    en: `A line of an address is plain text of up to ${maxLength.addressLine} characters, none of them invisible.`,
    'zh-Hant': `地址每行為最多 ${maxLength.addressLine} 個字元的純文字，不可含隱藏字元。`,
  },
  telephone: {
    en: 'A telephone number has 7 to 15 digits; one abroad begins with a plus and the country code.',
    'zh-Hant': '電話號碼為 7 至 15 位數字；境外號碼須先填加號及國家或地區代碼。',
  },
  email: {
    en: `An e-mail address has up to ${maxLength.email} characters, with one @ and a domain after it.`,
    'zh-Hant': `電郵地址須含一個 @，其後為域名，最多 ${maxLength.email} 個字元。`,
  },
} as const satisfies Readonly<Record<string, Localized>>;

/** Replaces white space of any kind by single spaces, and removes it at both ends. */
export function oneLine(typed: string): string {
  return typed.replace(/\s+/g, ' ').trim();
}

/**
 * Whether all characters are visible and look like themselves. Control characters, line separators, lone surrogates and
 * noncharacters can't be stored or sent. Invisible format characters are also refused. Direction marks make a name look
 * different from its text. Zero-width characters make two different names look alike.
 */
export function isPlain(text: string): boolean {
  return !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/u.test(text);
}

/** Whether a text is plain and has at most `maxUnits` UTF-16 code units. */
export function isText(text: string, maxUnits: number): boolean {
  return text.length <= maxUnits && isPlain(text);
}

/**
 * Converts an optional text with `parse`. Returns null if the text is absent or null. An empty text stays empty, so
 * that it is reported as a fault. A client that sends one by mistake must not clear a value.
 */
export function optionalText(
  typed: string | null | undefined,
  parse: (typed: string) => string,
): string | null {
  return typed == null ? null : parse(typed);
}

/** Replaces white space in each line by single spaces, and leaves out empty lines. */
export function addressLinesOf(typed: readonly string[]): string[] {
  return typed.map(oneLine).filter((line) => line !== '');
}

/** The fault of an address's lines; null if there is none. */
export function addressFault(lines: readonly string[]): Localized | null {
  if (lines.length === 0) {
    return faults.noLine;
  }
  if (lines.length > addressLineLimit) {
    return faults.tooManyLines;
  }
  return lines.every((line) => isText(line, maxLength.addressLine)) ? null : faults.addressLine;
}

/**
 * Converts a typed telephone number to digits, with a leading plus if there was one. Hong Kong's country code is
 * removed, so that a number is found in the form in which it is dialled here: `+852 2345-6789` becomes `23456789`.
 * Other text stays an invalid number.
 */
export function telephoneOf(typed: string): string {
  return typed
    .normalize('NFKC')
    .replace(/[\s().\p{Pd}\p{Cf}]/gu, '')
    .replace(/^(?:\+|00)852(?=[0-9]{8}$)/, '');
}

/** The fault of a telephone number; null if there is none. */
export function telephoneFault(telephone: string): Localized | null {
  return /^\+?[0-9]{7,15}$/.test(telephone) ? null : faults.telephone;
}

/**
 * Says what is wrong with the way an e-mail address is written; null if nothing is. Only a sent message can show
 * whether somebody reads mail there.
 */
export function emailFault(email: string): Localized | null {
  const hasForm = /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/.test(email);
  return hasForm && isText(email, maxLength.email) ? null : faults.email;
}
