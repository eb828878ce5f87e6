import type { Localized } from '../../../library/language.ts';
import { adultAgeYears } from '../../../library/person.ts';
import { smartIdAgeYears } from '../limits.ts';

/** Messages that are the same for readers and staff. Stations have their own texts for some of them. */
export const messagesToEveryone = {
  IDENTITY_NUMBER_INVALID: {
    en: 'This is not a valid identity number: compare it with the card, including the check digit.',
    'zh-Hant': '身份證號碼不正確：請與證上號碼核對，包括括號內的校驗碼。',
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
  NEWER_DATE_OF_ISSUE_NEEDED: {
    en: 'The replacement has a newer date of issue than the lost card: give the one printed on it.',
    'zh-Hant': '補領的身份證簽發日期應較已報失者為新：請填寫證上所印的日期。',
  },
  FRESH_APPLICATION_NEEDED: {
    en: 'The service was discontinued: a fresh application is needed.',
    'zh-Hant': '此項服務已經終止：請重新申請。',
  },
  ANOTHER_OPERATION_OPEN: {
    en: 'Another operation on this card or application is open: wait for its outcome, then try again.',
    'zh-Hant': '此證或此項申請另有手續正在辦理：請待其完成後再試。',
  },
  SYSTEM_UNAVAILABLE: {
    en: 'A library system that is needed here is unavailable: try again later.',
    'zh-Hant': '所需的圖書館系統暫時未能使用：請稍後再試。',
  },
} as const satisfies Readonly<Record<string, Localized>>;
