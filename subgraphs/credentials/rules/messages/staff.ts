import type { Localized } from '../../../library/language.ts';
import type { CodeWithMessage } from './codes.ts';
import { messagesToEveryone } from './everyone.ts';

/** Messages to staff about a patron or an applicant. */
export const messagesToStaff = {
  ...messagesToEveryone,
  NOT_FOUND: {
    en: 'There is no card, patron or application with this number: compare the number.',
    'zh-Hant': '沒有此號碼的證、讀者或申請：請核對號碼。',
  },
  IDENTITY_MISMATCH: {
    en: "The document or the date of birth differs from the registry's: compare them with the record.",
    'zh-Hant': '證件或出生日期與讀者登記不符：請與紀錄核對。',
  },
  ALREADY_REGISTERED: {
    en: 'A patron is registered with this document: find that patron, and apply for them.',
    'zh-Hant': '已有讀者以此證件登記：請尋找該讀者，並為其申請。',
  },
  ALREADY_HELD: {
    en: 'The patron has a card of this kind: replace it if it is lost, end it first, or apply for the other kind.',
    'zh-Hant': '讀者已持有此類證：如已遺失請補領，或先終止該證，或申請另一類證。',
  },
  PATRON_CLOSED: {
    en: "The patron's record is closed, and no card is issued on it: look at the record.",
    'zh-Hant': '讀者紀錄已經結束，不能發證：請查核紀錄。',
  },
  IDENTITY_DOCUMENT_NEEDED: {
    en: 'The registry does not have this identity card yet: compare its number with the card, and confirm that you saw it.',
    'zh-Hant': '讀者登記尚未有此身份證：請與證件核對號碼，並確認已查看證件。',
  },
  REJECTED_BY_STAFF: {
    en: 'The application was rejected: read the reason.',
    'zh-Hant': '此項申請已被拒絕：請參閱原因。',
  },
} as const satisfies Readonly<Record<CodeWithMessage, Localized>>;
