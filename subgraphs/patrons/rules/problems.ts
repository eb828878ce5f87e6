import type { Localized } from '../../library/language.ts';
import type { Message } from '../../library/message.ts';
import { adultAgeYears, smartIdAgeYears } from '../../library/person.ts';
import type { Problem } from '../../operations/problem.ts';

/**
 * The messages of problems to readers, who can amend only their contact details. Each message says what is wrong, and
 * then what to do. The messages of `INVALID` are in {@link invalidTexts}. The message of `SYSTEM_UNAVAILABLE` is in
 * `operations/problem.ts`.
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

export const messagesToStaff = {
  NOT_FOUND: {
    en: 'There is no such patron: compare the number.',
    'zh-Hant': '沒有此讀者：請核對讀者編號。',
  },
  VERSION_CONFLICT: {
    en: 'The record was changed after that version: read it again, then amend it.',
    'zh-Hant': '紀錄在此版本之後已被更改：請重新讀取，然後再修改。',
  },
  IDENTITY_NUMBER_INVALID: {
    en: 'This is not a valid identity number: compare it with the card, including the check digit in brackets.',
    'zh-Hant': '身份證號碼不正確：請與證件核對，包括括號內的校驗碼。',
  },
  ALREADY_REGISTERED: {
    en: 'Another patron has this document: find that record by it, and compare the two.',
    'zh-Hant': '另一讀者已以此證件登記：請以該證件尋找其紀錄，並比較兩者。',
  },
  PATRON_CLOSED: {
    en: 'The record is closed: reopen it first.',
    'zh-Hant': '讀者紀錄已經結束：請先重新開啟。',
  },
  WRONG_STATE: {
    en: 'The patron is suspended, and the record is not closed: lift the suspension instead.',
    'zh-Hant': '讀者已被暫停使用，但紀錄並未結束：請改為解除暫停。',
  },
  ALREADY_MERGED: {
    en: 'This record was merged into another, and stays suspended until it is closed: look at the record that stayed.',
    'zh-Hant': '此紀錄已併入另一份紀錄，在關閉前維持暫停：請查閱保留的紀錄。',
  },
  ANOTHER_OPERATION_OPEN: {
    en: 'Another operation on this patron, a card or a document of theirs is under way: wait until it is done, then try again.',
    'zh-Hant': '此讀者、其圖書證或證件另有手續正在辦理：請待其完成後再試。',
  },
  LENT_MEANWHILE: {
    en: 'A desk lent an item meanwhile, and the record stays as it was: take the item back, then close the record.',
    'zh-Hant': '其間另有職員借出了館藏，紀錄維持不變：請先辦理歸還，然後再結束紀錄。',
  },
  SMART_ID_ENROLLED: {
    en: 'A smart identity card of this patron is in use or lost, and does not fit this: discontinue it first.',
    'zh-Hant': '讀者的智能身份證仍在使用或已報失，與此更改不符：請先終止其服務。',
  },
  LOANS_OUT: {
    en: 'Items are out on a card of this patron, or one is being lent: take all of them back first.',
    'zh-Hant': '讀者仍有借出的館藏，或正在辦理借閱：請先待全部歸還。',
  },
  RECORD_NOT_CLOSED: {
    en: 'The record is in use: close it first, then erase what is kept of the patron.',
    'zh-Hant': '紀錄仍在使用中：請先結束紀錄，然後才刪除讀者的資料。',
  },
  CHARGES_OWED: {
    en: 'The patron owes charges: settle them first.',
    'zh-Hant': '讀者尚有未繳費用：請先清繳。',
  },
  OPERATIONS_NOT_FINAL: {
    en: 'An operation of this patron may still change: try again six hours after the last one.',
    'zh-Hant': '此讀者尚有未完成核實的手續：請在最後一項手續六小時後再試。',
  },
} as const satisfies Readonly<Record<string, Localized> & Record<keyof typeof messagesToReaders, Localized>>;

/**
 * The messages about faults of an amendment. The messages about contact details are in `library/contact.ts`, and the
 * messages about names in `person.ts`.
 */
export const invalidTexts = {
  PROOF_BY_STAFF: {
    en: 'Only staff can confirm proof of address: show it at a counter.',
    'zh-Hant': '只有職員可確認住址證明：請到櫃位出示。',
  },
  NO_ADDRESS_TO_PROVE: {
    en: 'There is no address to prove: enter it.',
    'zh-Hant': '沒有可供證明的地址：請填寫地址。',
  },
  DOCUMENT_NEEDED: {
    en: 'A patron is registered by a document: give the number of the identity card or of the birth certificate.',
    'zh-Hant': '讀者須以證件登記：請填寫身份證或出生證明書的號碼。',
  },
  GUARANTOR_NEEDED: {
    en: `Under ${adultAgeYears}, a patron must have a guarantor: give the guarantor's name.`,
    'zh-Hant': `未滿 ${adultAgeYears} 歲的讀者須有擔保人：請填寫擔保人姓名。`,
  },
  BIRTH_CERTIFICATE_NEEDED: {
    en: `Under ${smartIdAgeYears}, the birth certificate is the document: give its number.`,
    'zh-Hant': `未滿 ${smartIdAgeYears} 歲須以出生證明書為證件：請填寫其號碼。`,
  },
  NOT_ACCEPTED: {
    en: "The library's registry does not accept this record: check what was entered.",
    'zh-Hant': '讀者登記系統不接受此紀錄：請檢查所填資料。',
  },
} as const satisfies Readonly<Record<string, Localized>>;

/** The SDL's `PatronProblem`. Neither `field` nor the message quotes a value (R30). */
export interface PatronProblem extends Problem {
  readonly code: CodeWithMessage | 'INVALID';
}

type CodeWithMessage = keyof typeof messagesToStaff;

const readers: Readonly<Partial<Record<CodeWithMessage, Localized>>> = messagesToReaders;

/** The message of a problem. If readers have no message for it, only staff meet the problem. */
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
