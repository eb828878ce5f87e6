import type { CredentialState } from '../../../adapters/credentials/port.ts';
import type { Localized } from '../../library/language.ts';
import { adultAgeYears } from '../../library/person.ts';
import { smartIdAgeYears } from './limits.ts';

type Texts = Readonly<Record<string, Localized>>;

/**
 * The message of each problem. It says what is wrong, and then what the reader can do. `INVALID` and `WRONG_STATE` have
 * several messages: see `invalid-texts.ts` and {@link insteadTexts}.
 */
export const messages = {
  NOT_FOUND: {
    en: 'Nothing has this number, or you may not see it: compare the number.',
    'zh-Hant': '沒有此號碼的紀錄，或你無權查閱：請核對號碼。',
  },
  IDENTITY_NUMBER_INVALID: {
    en: 'This is not a valid identity number: compare it with the card, including the check digit.',
    'zh-Hant': '身份證號碼不正確：請與證上號碼核對，包括括號內的校驗碼。',
  },
  IDENTITY_MISMATCH: {
    en: "The document or the date of birth differs from the registry's: compare them with the record.",
    'zh-Hant': '證件或出生日期與讀者登記不符：請與紀錄核對。',
  },
  ALREADY_REGISTERED: {
    en: 'This document is registered already: apply as that patron.',
    'zh-Hant': '此證件已經登記：請以該讀者的身份申請。',
  },
  ALREADY_HELD: {
    en: 'The patron has a card of this kind: replace it if it is lost, end it first, or apply for the other kind.',
    'zh-Hant': '讀者已持有此類證：如已遺失請補領，或先終止該證，或申請另一類證。',
  },
  PATRON_CLOSED: {
    en: "The patron's record is closed, and no card is issued on it: ask the staff to look at the record.",
    'zh-Hant': '讀者紀錄已經結束，不能發證：請職員查核紀錄。',
  },
  SMART_ID_NEEDED: {
    en: 'A smart identity card must be in hand: give its number and its date of issue.',
    'zh-Hant': '須持有智能身份證：請提供其號碼及簽發日期。',
  },
  TOO_YOUNG_FOR_SMART_ID: {
    en: `Under ${smartIdAgeYears} there is no smart identity card service: apply for a library card.`,
    'zh-Hant': `未滿 ${smartIdAgeYears} 歲不能登記使用智能身份證：請申請圖書證。`,
  },
  GUARANTOR_NEEDED: {
    en: `Under ${adultAgeYears} a parent or guarantor completes and signs the guarantee section.`,
    'zh-Hant': `未滿 ${adultAgeYears} 歲須由家長或擔保人填寫及簽署擔保部分。`,
  },
  GUARANTOR_REFUSED: {
    en: 'The guarantor does not allow a smart identity card: a library card can still be issued.',
    'zh-Hant': '擔保人不同意使用智能身份證：仍可申請圖書證。',
  },
  ADDRESS_PROOF_NEEDED: {
    en: 'Proof of address must be shown before this is approved.',
    'zh-Hant': '批准前須出示住址證明。',
  },
  IDENTITY_DOCUMENT_NEEDED: {
    en: 'The registry does not have this identity card yet: compare its number, then approve with identityDocumentSeen.',
    'zh-Hant': '讀者登記尚未有此身份證：請核對號碼，然後以 identityDocumentSeen 批准。',
  },
  NEWER_DATE_OF_ISSUE_NEEDED: {
    en: 'The replacement has a newer date of issue than the lost card: give the one printed on it.',
    'zh-Hant': '補領的身份證簽發日期應較已報失者為新：請填寫證上所印的日期。',
  },
  FRESH_APPLICATION_NEEDED: {
    en: 'The service was discontinued: a fresh application is needed.',
    'zh-Hant': '此項服務已經終止：請重新申請。',
  },
  REJECTED_BY_STAFF: {
    en: 'Staff rejected the application: read their reason, or ask at a counter.',
    'zh-Hant': '職員拒絕了此項申請：請參閱職員所述原因，或到服務台查詢。',
  },
  ANOTHER_OPERATION_OPEN: {
    en: 'Another operation on this card or application is open: wait for its outcome, then try again.',
    'zh-Hant': '此證或此項申請另有手續正在辦理：請待其完成後再試。',
  },
  SYSTEM_UNAVAILABLE: {
    en: 'A library system that is needed here is unavailable: try again later.',
    'zh-Hant': '所需的圖書館系統暫時未能使用：請稍後再試。',
  },
} as const satisfies Texts;

/**
 * The second part of a message: what to do if the state of a card does not allow the change. It completes a sentence of
 * {@link stateTexts}.
 */
export const insteadTexts = {
  NOTHING_TO_END: { en: 'there is nothing left to end.', 'zh-Hant': '無須再終止。' },
  INFORMATION_CARD_IN_USE: {
    en: 'the number on an information card must be in use.',
    'zh-Hant': '資料卡上的號碼必須為使用中的號碼。',
  },
  ONLY_LOSS_OF_CARD_IN_USE: {
    en: 'only the loss of a card in use is reported.',
    'zh-Hant': '只有使用中的證才須報失。',
  },
  PIN_FOR_CARD_IN_USE: { en: 'a PIN is for a card in use.', 'zh-Hant': '只有使用中的證才可設定密碼。' },
  REPORT_LOSS_FIRST: { en: 'report its loss first.', 'zh-Hant': '請先報失。' },
  APPLY_FOR_LIBRARY_CARD: { en: 'apply for a library card.', 'zh-Hant': '請申請圖書證。' },
} as const satisfies Texts;

/** The first part of a `WRONG_STATE` message. */
export const stateTexts: Readonly<Record<CredentialState, Localized>> = {
  ACTIVE: { en: 'The card is in use', 'zh-Hant': '此證正在使用' },
  LOST: { en: 'The card is reported lost', 'zh-Hant': '此證已經報失' },
  SURRENDERED: { en: 'The card was surrendered', 'zh-Hant': '此證已經交還' },
  CLOSED: { en: 'The card has ended', 'zh-Hant': '此證已經終止' },
};

/** The messages of `WRONG_STATE` for other things than a card. */
export const wrongStateTexts = {
  APPLICATION_DECIDED: {
    en: 'The application was decided or withdrawn already: read its current status.',
    'zh-Hant': '此項申請已有決定或已撤回：請查閱現時狀況。',
  },
  CHANGED_MEANWHILE: {
    en: 'It was changed elsewhere in the meantime: read its current state.',
    'zh-Hant': '其間已在別處更改：請查閱現時狀況。',
  },
} as const satisfies Texts;
