import { addressLineLimit } from '../../../library/contact.ts';
import type { Localized } from '../../../library/language.ts';
import { maxReasonLength, maxRejections, pinDigits, smartIdAgeYears } from '../limits.ts';

/** The messages about what only staff may do or state. Staff never get them. */
export const staffOnlyTexts = {
  ANOTHER_PATRON: {
    en: 'Sign in and apply for yourself, or leave the patron number out.',
    'zh-Hant': '請登入並為自己申請，或不填讀者號碼。',
  },
  COUNTER_IS_STAFF: {
    en: 'COUNTER is for staff: apply over the INTERNET.',
    'zh-Hant': 'COUNTER 只供職員使用：請以 INTERNET 申請。',
  },
  PROOF_BY_STAFF: {
    en: 'Only staff can confirm proof of address: show it at a counter.',
    'zh-Hant': '只有職員可確認住址證明：請到服務台出示。',
  },
  REPLACED_AT_COUNTER: {
    en: 'A lost library card is replaced at a counter: ask the staff.',
    'zh-Hant': '遺失的圖書證須在服務台補領：請向職員查詢。',
  },
} as const satisfies Readonly<Record<string, Localized>>;

/**
 * The message of each `INVALID`. It says how the value must be written, or what to do instead. The messages about names
 * and contact details are in `library/`.
 */
export const invalidTexts = {
  ...staffOnlyTexts,
  NO_CARD_WANTED: {
    en: 'Say which card is wanted: one kind, or both.',
    'zh-Hant': '請選擇申請的證：其中一類，或兩類。',
  },
  ADDRESS_MISSING: {
    en: `Give the address that is to be proven, in up to ${addressLineLimit} lines.`,
    'zh-Hant': `請填寫須證明的住址，最多 ${addressLineLimit} 行。`,
  },
  GUARANTOR_SIGNED_ON: {
    en: 'The guarantor signs by the day of applying, and not before the applicant is born: correct it.',
    'zh-Hant': '擔保人須在申請當日或之前簽署，而不早於申請人出生：請更正日期。',
  },
  DATE_OF_ISSUE_IMPOSSIBLE: {
    en: 'The date of issue lies in the future or before the date of birth: give the one printed on the card.',
    'zh-Hant': '簽發日期在將來，或早於出生日期：請填寫證上所印的日期。',
  },
  DATE_OF_ISSUE_IN_FUTURE: {
    en: 'The date of issue lies in the future: give the one printed on the card.',
    'zh-Hant': '簽發日期在將來：請填寫證上所印的日期。',
  },
  BIRTH_CERTIFICATE_NEEDED: {
    en: `Under ${smartIdAgeYears} the birth certificate is the document.`,
    'zh-Hant': `未滿 ${smartIdAgeYears} 歲須以出生證明書為證件。`,
  },
  DOCUMENT_NEEDED: {
    en: 'Give the number of the identity card or of the birth certificate.',
    'zh-Hant': '請填寫身份證或出生證明書的號碼。',
  },
  APPLICATIONS_COUNT: {
    en: `Give 1 to ${maxRejections} applications.`,
    'zh-Hant': `請提供 1 至 ${maxRejections} 項申請。`,
  },
  REASON_NEEDED: {
    en: `A rejection needs a reason, as plain text of up to ${maxReasonLength} characters, none of them invisible.`,
    'zh-Hant': `拒絕申請須述明原因，為最多 ${maxReasonLength} 個字元的純文字，不可含隱藏字元。`,
  },
  IS_LIBRARY_CARD: {
    en: 'This is a library card: it is surrendered instead.',
    'zh-Hant': '這是圖書證：請以交還方式終止。',
  },
  IS_SMART_ID: {
    en: 'This is a smart identity card: its service is discontinued instead.',
    'zh-Hant': '這是智能身份證：請以終止服務方式辦理。',
  },
  NO_INFORMATION_CARD: {
    en: 'A library card shows its own number: only a smart identity card has an information card.',
    'zh-Hant': '圖書證已印有號碼：只有智能身份證才有資料卡。',
  },
  ON_REPLACEMENT_NEEDED: {
    en: 'Say whether the replacement is to CONTINUE or DISCONTINUE the service.',
    'zh-Hant': '請說明補領身份證後服務是否繼續（CONTINUE 或 DISCONTINUE）。',
  },
  ON_REPLACEMENT_NOT_ASKED: {
    en: 'A lost library card gets a new number in any case: leave this out.',
    'zh-Hant': '遺失的圖書證必獲新號碼：請勿填寫此項。',
  },
  PIN_FORM: {
    en: `A PIN has ${pinDigits.min} to ${pinDigits.max} digits.`,
    'zh-Hant': `密碼為 ${pinDigits.min} 至 ${pinDigits.max} 位數字。`,
  },
  NO_DATE_OF_ISSUE: {
    en: 'A library card has no date of issue: leave this out.',
    'zh-Hant': '圖書證沒有簽發日期：請勿填寫此項。',
  },
  NOT_ACCEPTED_BY_CARDS: {
    en: 'Card management does not accept this: check the input.',
    'zh-Hant': '證件管理系統不接受此資料：請檢查所填內容。',
  },
  NOT_ACCEPTED_BY_REGISTRY: {
    en: 'The registry does not accept this record: check the application.',
    'zh-Hant': '讀者登記系統不接受此紀錄：請檢查申請資料。',
  },
} as const satisfies Readonly<Record<string, Localized>>;
