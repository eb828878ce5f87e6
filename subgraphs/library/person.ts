/**
 * Names, dates of birth and certificates: what people type in the form that the registry stores, and what is wrong with
 * it. Lengths are in UTF-16 code units; the vendors' contracts set none. Messages say how to correct the input, and never
 * quote it (R30).
 */
import { ageOn } from './calendar.ts';
import { isCertificateNumber, maxCertificateLength } from './card-and-identity-numbers.ts';
import { isText, oneLine } from './contact.ts';
import type { Localized } from './language.ts';

/** A date of birth further back is taken for a mistake. */
const maxAgeYears = 130;
const maxNameLength = 100;
/** R3: from this birthday on, no guarantor is needed. */
export const adultAgeYears = 18;

const faults = {
  englishName: {
    en: `The English name is in Latin letters, surname first, of up to ${maxNameLength} characters.`,
    'zh-Hant': `英文姓名以拉丁字母填寫，姓氏在先，最多 ${maxNameLength} 個字元。`,
  },
  chineseName: {
    en: `The Chinese name is plain text of up to ${maxNameLength} characters, none of them invisible.`,
    'zh-Hant': `中文姓名為最多 ${maxNameLength} 個字元的純文字，不可含隱藏字元。`,
  },
  guarantorName: {
    en: `Give the guarantor's name, as plain text of up to ${maxNameLength} characters, none of them invisible.`,
    'zh-Hant': `請填寫擔保人姓名，為最多 ${maxNameLength} 個字元的純文字，不可含隱藏字元。`,
  },
  dateOfBirth: {
    en: `The date of birth lies in the future or more than ${maxAgeYears} years back: correct it.`,
    'zh-Hant': `出生日期在將來，或在 ${maxAgeYears} 年之前：請更正。`,
  },
  certificate: {
    en: `The number of a birth certificate has up to ${maxCertificateLength} letters and digits.`,
    'zh-Hant': `出生證明書號碼最多為 ${maxCertificateLength} 個字母及數字。`,
  },
} as const satisfies Readonly<Record<string, Localized>>;

/** As in `CHAN, TAI MAN`: the registry accepts upper case only. */
export function englishNameOf(typed: string): string {
  return oneLine(typed.normalize('NFKC')).replace(/ ?, ?/g, ', ').trim().toUpperCase();
}

/** What is wrong with an English name; null where nothing is. */
export function englishNameFault(name: string): Localized | null {
  const isLatin = /^[\p{Script=Latin}\p{M} ,.'’()/@-]+$/u.test(name) && /\p{L}/u.test(name);
  return isLatin && isText(name, maxNameLength) ? null : faults.englishName;
}

/** What is wrong with a Chinese name; null where nothing is. */
export function chineseNameFault(name: string): Localized | null {
  return isText(name, maxNameLength) ? null : faults.chineseName;
}

/** In upper case, as the registry has it. */
export function guarantorNameOf(typed: string): string {
  return oneLine(typed).toUpperCase();
}

/** What is wrong with the name of a guarantor; null where nothing is. */
export function guarantorNameFault(name: string): Localized | null {
  return name !== '' && isText(name, maxNameLength) ? null : faults.guarantorName;
}

/** What is wrong with a date of birth; null where nothing is. Both are days in Hong Kong, `YYYY-MM-DD`. */
export function dateOfBirthFault(dateOfBirth: string, today: string): Localized | null {
  return dateOfBirth <= today && ageOn(today, dateOfBirth) <= maxAgeYears ? null : faults.dateOfBirth;
}

/** What is wrong with the number of a birth certificate; null where nothing is. */
export function certificateFault(number: string): Localized | null {
  return isCertificateNumber(number) ? null : faults.certificate;
}

/** R3: true for somebody who is under 18 on that day, a day in Hong Kong. */
export function needsGuarantor(dateOfBirth: string, day: string): boolean {
  return ageOn(day, dateOfBirth) < adultAgeYears;
}
