import type { Localized } from '../../library/language.ts';
import type { Problem } from '../../operations/problem.ts';

/**
 * The message of each problem: what is wrong, then what to do. `INVALID` has several, in {@link invalidTexts};
 * `SYSTEM_UNAVAILABLE` is a procedure's (`operations/procedure.ts`).
 */
export const messages = {
  NOT_FOUND: {
    en: 'There is no such patron: compare the number.',
    'zh-Hant': '沒有此讀者：請核對讀者號碼。',
  },
  VERSION_CONFLICT: {
    en: 'The record was changed after that version: read it again, then amend it.',
    'zh-Hant': '紀錄在此版本之後已被更改：請重新讀取，然後再修改。',
  },
} as const satisfies Readonly<Record<string, Localized>>;

/** What can be wrong with an amendment, besides the form of contact details (`library/contact.ts`). */
export const invalidTexts = {
  PROOF_BY_STAFF: {
    en: 'Only staff can confirm proof of address: show it at a counter.',
    'zh-Hant': '只有職員可確認住址證明：請到服務台出示。',
  },
  NO_ADDRESS_TO_PROVE: {
    en: 'There is no address to prove: give it.',
    'zh-Hant': '沒有可供證明的地址：請填寫地址。',
  },
  NOT_ACCEPTED: {
    en: 'The registry does not accept this record: check the input.',
    'zh-Hant': '讀者登記系統不接受此紀錄：請檢查所填資料。',
  },
} as const satisfies Readonly<Record<string, Localized>>;

/** The SDL's `PatronProblem`. Neither `field` nor message quotes a value (R30). */
export interface PatronProblem extends Problem {
  readonly code: keyof typeof messages | 'INVALID';
}

export function problem(code: keyof typeof messages, ...field: string[]): PatronProblem {
  return { code, message: messages[code], field: field.length === 0 ? null : field };
}

export function invalid(message: Localized, ...field: string[]): PatronProblem {
  return { code: 'INVALID', message, field: field.length === 0 ? null : field };
}
