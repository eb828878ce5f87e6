/**
 * Converts typed names to the form that the registry stores. Checks names, dates of birth and numbers of birth
 * certificates. Lengths are in UTF-16 code units. The vendors' contracts set no limits. Messages say how to correct the
 * input, and never quote it (R30).
 */
import { ageOn } from './calendar.ts';
import { isCertificateNumber, maxCertificateLength } from './card-and-identity-numbers.ts';
import { isText, oneLine } from './contact.ts';
import type { Localized } from './language.ts';

/** The maximum age of a person. An earlier date of birth is treated as a mistake. */
const maxAgeYears = 130;
const maxNameLength = 100;
/** The age at which no guarantor is needed any more, from the birthday on (R3). */
export const adultAgeYears = 18;
/** The age at which a smart identity card can be enrolled, from the birthday on (R4). */
export const smartIdAgeYears = 11;

const faults = {
  englishName: {
    en: `The English name has up to ${maxNameLength} characters, in Latin letters, surname first.`,
    'zh-Hant': `英文姓名須以英文字母填寫，姓氏在先，最多 ${maxNameLength} 個字元。`,
  },
  chineseName: {
    en: `The Chinese name is in Chinese characters, 1 to ${maxNameLength} of them: leave a name in other letters out.`,
    'zh-Hant': `中文姓名以中文字填寫，為 1 至 ${maxNameLength} 個字：以其他文字書寫的姓名請勿填寫。`,
  },
  guarantorName: {
    en: `Give the guarantor's name, as plain text of up to ${maxNameLength} characters, none of them invisible.`,
    'zh-Hant': `請填寫擔保人姓名，為最多 ${maxNameLength} 個字元的純文字，不可含隱藏字元。`,
  },
  dateOfBirth: {
    en: `The date of birth is in the future, or more than ${maxAgeYears} years ago: correct it.`,
    'zh-Hant': `出生日期在將來，或在 ${maxAgeYears} 年以前：請更正。`,
  },
  certificate: {
    en: `The number of a birth certificate has up to ${maxCertificateLength} letters and digits.`,
    'zh-Hant': `出生證明書號碼最多為 ${maxCertificateLength} 個字母及數字。`,
  },
} as const satisfies Readonly<Record<string, Localized>>;

/**
 * Converts a typed English name to the registry's form, such as `CHAN, TAI MAN`. The registry accepts only upper case.
 */
export function englishNameOf(typed: string): string {
  return oneLine(typed.normalize('NFKC')).replace(/ ?, ?/g, ', ').trim().toUpperCase();
}

/** The fault of an English name; null if there is none. */
export function englishNameFault(name: string): Localized | null {
  const isLatin = /^[\p{Script=Latin}\p{M} ,.'’()/@-]+$/u.test(name) && /\p{L}/u.test(name);
  return isLatin && isText(name, maxNameLength) ? null : faults.englishName;
}

/**
 * The fault of a Chinese name; null if there is none. A middle dot separates the parts of some names. A character that
 * Unicode lacks may be described by its parts (`⿰金夭`).
 */
export function chineseNameFault(name: string): Localized | null {
  const isChinese =
    /^[\p{Script=Han}\p{IDS_Binary_Operator}\p{IDS_Trinary_Operator} ·‧・]+$/u.test(name) &&
    /\p{Script=Han}/u.test(name);
  return isChinese && isText(name, maxNameLength) ? null : faults.chineseName;
}

/** Converts a typed name of a guarantor to the registry's form, in upper case. */
export function guarantorNameOf(typed: string): string {
  return oneLine(typed).toUpperCase();
}

/** The fault of a guarantor's name; null if there is none. */
export function guarantorNameFault(name: string): Localized | null {
  return name !== '' && isText(name, maxNameLength) ? null : faults.guarantorName;
}

/** The fault of a date of birth; null if there is none. Both days are in Hong Kong, `YYYY-MM-DD`. */
export function dateOfBirthFault(dateOfBirth: string, today: string): Localized | null {
  return dateOfBirth <= today && ageOn(today, dateOfBirth) <= maxAgeYears ? null : faults.dateOfBirth;
}

/** The fault of a birth certificate's number; null if there is none. */
export function certificateFault(number: string): Localized | null {
  return isCertificateNumber(number) ? null : faults.certificate;
}

/** Whether a person is under 18 on this day in Hong Kong, and so needs a guarantor (R3). */
export function needsGuarantor(dateOfBirth: string, day: string): boolean {
  return ageOn(day, dateOfBirth) < adultAgeYears;
}

/** Whether a person is under 11 on this day in Hong Kong, and so is identified by birth certificate (R4). */
export function isTooYoungForSmartId(dateOfBirth: string, day: string): boolean {
  return ageOn(day, dateOfBirth) < smartIdAgeYears;
}

/** The SDL's `AgeBand`: what a partner may know of a reader's age (R28). */
export type AgeBand = 'UNDER_11' | 'FROM_11_TO_17' | 'ADULT';

/** The age group of a person on this day in Hong Kong. The next one begins on the birthday. */
export function ageBandOn(day: string, dateOfBirth: string): AgeBand {
  if (isTooYoungForSmartId(dateOfBirth, day)) {
    return 'UNDER_11';
  }
  return needsGuarantor(dateOfBirth, day) ? 'FROM_11_TO_17' : 'ADULT';
}
