import { addressLineLimit } from '../../../library/contact.ts';
import type { Localized } from '../../../library/language.ts';
import type { Message } from '../../../library/message.ts';
import { smartIdAgeYears } from '../../../library/person.ts';
import { maxReasonLength, maxRejections, pinDigits } from '../limits.ts';

/** The messages about actions and facts that are reserved for staff. Staff never get them. */
export const staffOnlyTexts = {
  ANOTHER_PATRON: {
    en: 'You can apply only for yourself: sign in, or leave the patron number out.',
    'zh-Hant': '你只可為自己申請：請登入，或不填讀者編號。',
  },
  COUNTER_IS_STAFF: {
    en: 'Only staff can send an application of a counter: apply over the internet.',
    'zh-Hant': '櫃位申請只可由職員送出：請經互聯網申請。',
  },
  PROOF_BY_STAFF: {
    en: 'Only staff can confirm proof of address: show it at a counter.',
    'zh-Hant': '只有職員可確認住址證明：請到櫃位出示。',
  },
  REPLACED_AT_COUNTER: {
    en: 'A lost library card is replaced at a counter: ask the staff.',
    'zh-Hant': '遺失的圖書證須到櫃位補領：請向職員查詢。',
  },
} as const satisfies Readonly<Record<string, Localized>>;

/**
 * The message of each `INVALID`. It says how the value must be written, or what else the caller can do. The messages
 * about names and contact details are in `library/`.
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
    en: 'The guarantor must sign by the day of the application, and after the birth of the applicant: correct the date.',
    'zh-Hant': '擔保人的簽署日期須在申請當日或之前，且不早於申請人的出生日期：請更正。',
  },
  DATE_OF_ISSUE_IMPOSSIBLE: {
    en: 'The date of issue is in the future or before the date of birth: give the one printed on the card.',
    'zh-Hant': '簽發日期在將來，或早於出生日期：請填寫證上所印的日期。',
  },
  DATE_OF_ISSUE_IN_FUTURE: {
    en: 'The date of issue is in the future: give the one printed on the card.',
    'zh-Hant': '簽發日期在將來：請填寫證上所印的日期。',
  },
  BIRTH_CERTIFICATE_NEEDED: {
    en: `Under ${smartIdAgeYears}, apply with the birth certificate: give its number.`,
    'zh-Hant': `未滿 ${smartIdAgeYears} 歲須以出生證明書申請：請填寫其號碼。`,
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
    en: `A rejection needs a reason of its own, as plain text of up to ${maxReasonLength} characters, none of them invisible.`,
    'zh-Hant': `拒絕申請須以自己的文字述明原因，為最多 ${maxReasonLength} 個字元的純文字，不可含隱藏字元。`,
  },
  IS_LIBRARY_CARD: {
    en: 'This is a library card: to end it, hand it in at a counter.',
    'zh-Hant': '這是圖書證：如要終止，請到櫃位交還。',
    staff: {
      en: 'This is a library card: surrender it instead.',
      'zh-Hant': '這是圖書證：請以交還方式終止。',
    },
  },
  IS_SMART_ID: {
    en: 'This is a smart identity card: discontinue its service instead.',
    'zh-Hant': '這是智能身份證：請以終止服務方式辦理。',
  },
  NO_INFORMATION_CARD: {
    en: 'A library card shows its own number: only a smart identity card has an information card.',
    'zh-Hant': '圖書證已印有號碼：只有智能身份證才有資料卡。',
  },
  ON_REPLACEMENT_NEEDED: {
    en: 'Say whether the service is to continue with the replacement of the card, or to end.',
    'zh-Hant': '請說明補領身份證後，服務是繼續還是終止。',
  },
  ON_REPLACEMENT_NOT_ASKED: {
    en: 'A lost library card gets a new number in any case: leave this out.',
    'zh-Hant': '遺失的圖書證必獲新號碼：請勿填寫此項。',
  },
  PIN_FORM: {
    en: `A PIN has ${pinDigits.min} to ${pinDigits.max} digits.`,
    'zh-Hant': `密碼為 ${pinDigits.min} 至 ${pinDigits.max} 位數字。`,
  },
  PIN_EASY: {
    en: 'This PIN is easy to guess: choose one that is no run of digits, no repeated digits and no date of birth.',
    'zh-Hant': '此密碼容易被猜中：請選用並非連續數字、重複數字或出生日期的密碼。',
  },
  NO_DATE_OF_ISSUE: {
    en: 'A library card has no date of issue: leave this out.',
    'zh-Hant': '圖書證沒有簽發日期：請勿填寫此項。',
  },
  NOT_ACCEPTED_BY_CARDS: {
    en: "The library's card management does not accept this: check what was entered.",
    'zh-Hant': '證件管理系統不接受此資料：請檢查所填內容。',
  },
  NOT_ACCEPTED_BY_REGISTRY: {
    en: "The library's registry does not accept this record: check the application.",
    'zh-Hant': '讀者登記系統不接受此紀錄：請檢查申請資料。',
  },
} as const satisfies Readonly<Record<string, Message>>;
