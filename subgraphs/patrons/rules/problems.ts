import type { Localized } from '../../library/language.ts';
import type { Message } from '../../library/message.ts';
import { adultAgeYears } from '../../library/person.ts';
import type { Problem } from '../../operations/problem.ts';

/**
 * The messages of problems to readers, who amend their contact details alone. Each says what is wrong, and then what to
 * do. The messages of `INVALID` are in {@link invalidTexts}. The message of `SYSTEM_UNAVAILABLE` is in
 * `operations/procedure.ts`.
 */
export const messagesToReaders = {
  NOT_FOUND: {
    en: 'You have no record with this number: sign in again, or ask the staff.',
    'zh-Hant': '你沒有此號碼的讀者紀錄：請重新登入，或向職員查詢。',
  },
  VERSION_CONFLICT: {
    en: 'Your record was changed meanwhile: look at it again, then amend it.',
    'zh-Hant': '你的紀錄其間已被更改：請重新查閱，然後再修改。',
  },
} as const satisfies Readonly<Record<string, Localized>>;

/** The messages of problems to staff. */
export const messagesToStaff = {
  NOT_FOUND: {
    en: 'There is no such patron: compare the number.',
    'zh-Hant': '沒有此讀者：請核對讀者號碼。',
  },
  VERSION_CONFLICT: {
    en: 'The record was changed after that version: read it again, then amend it.',
    'zh-Hant': '紀錄在此版本之後已被更改：請重新讀取，然後再修改。',
  },
  IDENTITY_NUMBER_INVALID: {
    en: 'This is not a valid identity number: compare it with the card, including the check digit.',
    'zh-Hant': '身份證號碼無效：請與證件核對，包括括號內的校驗碼。',
  },
  ALREADY_REGISTERED: {
    en: 'Another patron has this document: find that record by it, and compare the two.',
    'zh-Hant': '另一讀者已以此證件登記：請以該證件尋找其紀錄，並比較兩者。',
  },
  LOANS_OUT: {
    en: 'Items are out on a card of this patron, or one is being lent: close the record once all are back.',
    'zh-Hant': '讀者仍有借出的資料，或正在辦理借閱：請待全部歸還後才關閉紀錄。',
  },
} as const satisfies Readonly<Record<string, Localized> & Record<keyof typeof messagesToReaders, Localized>>;

/** The faults of an amendment, except for those of contact details (`library/contact.ts`) and names (`person.ts`). */
export const invalidTexts = {
  PROOF_BY_STAFF: {
    en: 'Only staff can confirm proof of address: show it at a counter.',
    'zh-Hant': '只有職員可確認住址證明：請到服務台出示。',
  },
  NO_ADDRESS_TO_PROVE: {
    en: 'There is no address to prove: give it.',
    'zh-Hant': '沒有可供證明的地址：請填寫地址。',
  },
  DOCUMENT_NEEDED: {
    en: 'A patron is registered by a document: give one of the two numbers.',
    'zh-Hant': '讀者須以證件登記：請填寫其中一個號碼。',
  },
  GUARANTOR_NEEDED: {
    en: `Under ${adultAgeYears} a patron has a guarantor: give the new one instead.`,
    'zh-Hant': `未滿 ${adultAgeYears} 歲的讀者須有擔保人：請填寫新的擔保人。`,
  },
  NOT_ACCEPTED: {
    en: 'The registry does not accept this record: check the input.',
    'zh-Hant': '讀者登記系統不接受此紀錄：請檢查所填資料。',
  },
} as const satisfies Readonly<Record<string, Localized>>;

/** The SDL's `PatronProblem`. Neither `field` nor the message quotes a value (R30). */
export interface PatronProblem extends Problem {
  readonly code: CodeWithMessage | 'INVALID';
}

type CodeWithMessage = keyof typeof messagesToStaff;

const readers: Readonly<Partial<Record<CodeWithMessage, Localized>>> = messagesToReaders;

/** Only staff meet a problem for which readers have no message. */
export function messageOf(code: CodeWithMessage): Message {
  const staff = messagesToStaff[code];
  return { ...(readers[code] ?? staff), staff };
}

export function problem(code: CodeWithMessage, ...field: string[]): PatronProblem {
  return { code, message: messageOf(code), field: field.length === 0 ? null : field };
}

export function invalid(message: Localized, ...field: string[]): PatronProblem {
  return { code: 'INVALID', message, field: field.length === 0 ? null : field };
}

/**
 * Returns an `INVALID` problem for each field that has a fault. In the paths of `faults`, a dot separates the fields.
 *
 * @example invalidFields({ telephone: null, 'guarantor.name': fault })
 * // [{ code: 'INVALID', message: fault, field: ['guarantor', 'name'] }]
 */
export function invalidFields(faults: Readonly<Record<string, Localized | null>>): PatronProblem[] {
  return Object.entries(faults).flatMap(([path, fault]) =>
    fault === null ? [] : [invalid(fault, ...path.split('.'))],
  );
}
