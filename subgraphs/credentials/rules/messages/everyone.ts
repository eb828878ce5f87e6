import type { Localized } from '../../../library/language.ts';
import { adultAgeYears, smartIdAgeYears } from '../../../library/person.ts';
import { messagesOfMerging } from './merging.ts';

/** Messages that are the same for readers and staff. Stations have their own texts for some of them. */
export const messagesToEveryone = {
  ...messagesOfMerging,
  IDENTITY_NUMBER_INVALID: {
    en: 'This is not a valid identity number: compare it with the card, including the check digit in brackets.',
    'zh-Hant': '身份證號碼不正確：請與證件核對，包括括號內的校驗碼。',
  },
  SMART_ID_NEEDED: {
    en: 'A smart identity card must be in hand: give its number and its date of issue.',
    'zh-Hant': '須持有智能身份證：請提供其號碼及簽發日期。',
  },
  TOO_YOUNG_FOR_SMART_ID: {
    en: `Children under ${smartIdAgeYears} can't use a smart identity card at the library: apply for a library card.`,
    'zh-Hant': `未滿 ${smartIdAgeYears} 歲不能以智能身份證使用圖書館服務：請申請圖書證。`,
  },
  GUARANTOR_NEEDED: {
    en: `Under ${adultAgeYears}, a parent or guarantor must complete and sign the guarantee section.`,
    'zh-Hant': `未滿 ${adultAgeYears} 歲須由家長或擔保人填寫及簽署擔保部分。`,
  },
  GUARANTOR_REFUSED: {
    en: 'The guarantor does not allow a smart identity card: a library card can still be issued.',
    'zh-Hant': '擔保人不同意使用智能身份證：仍可申請圖書證。',
  },
  NEWER_DATE_OF_ISSUE_NEEDED: {
    en: 'The replacement has a newer date of issue than the lost card: give the one printed on it.',
    'zh-Hant': '補領的身份證簽發日期應較已報失者為新：請填寫證上所印的日期。',
  },
  FRESH_APPLICATION_NEEDED: {
    en: 'The service was discontinued: a fresh application is needed.',
    'zh-Hant': '此項服務已經終止：請重新申請。',
  },
  ANOTHER_OPERATION_OPEN: {
    en: 'Another request for this card, application or record is under way: wait until it is done, then try again.',
    'zh-Hant': '此證、此項申請或此紀錄另有手續正在辦理：請待其完成後再試。',
  },
  SYSTEM_UNAVAILABLE: {
    en: "A system of the library can't be reached: try again in a moment.",
    'zh-Hant': '圖書館系統暫時未能連接：請稍後再試。',
  },
} as const satisfies Readonly<Record<string, Localized>>;
