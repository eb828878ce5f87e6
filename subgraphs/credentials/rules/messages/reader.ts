import type { Localized } from '../../../library/language.ts';
import type { CodeWithMessage } from './codes.ts';
import { messagesToEveryone } from './everyone.ts';

/** Only staff may learn who is registered, and that there are other applications (R7). */
const lookedAtByStaff: Localized = {
  en: 'Staff must look at this application: ask at a counter.',
  'zh-Hant': '此項申請須由職員處理：請到櫃位查詢。',
};

/** Messages to somebody who applies, or changes cards of their own. */
export const messagesToReaders = {
  ...messagesToEveryone,
  NOT_FOUND: {
    en: 'You have no card or application with this number: check the number.',
    'zh-Hant': '你沒有此號碼的證或申請：請核對號碼。',
  },
  IDENTITY_MISMATCH: {
    en: 'The document or the date of birth differs from your record: correct it, or ask the staff.',
    'zh-Hant': '證件或出生日期與你的讀者紀錄不符：請更正，或向職員查詢。',
  },
  ALREADY_REGISTERED: lookedAtByStaff,
  ALREADY_HELD: {
    en: 'You have a card of this kind: report it if it is lost, end it first, or apply for the other kind.',
    'zh-Hant': '你已持有此類證：如已遺失請報失，或先終止該證，或申請另一類證。',
  },
  OTHER_APPLICATION_OPEN: lookedAtByStaff,
  OTHER_APPLICATIONS_UNSEEN: lookedAtByStaff,
  SMART_ID_ENROLLED: lookedAtByStaff,
  REGISTERED_WITHOUT_CARD: lookedAtByStaff,
  PATRON_CLOSED: {
    en: 'Your record is closed, and no card is issued on it: ask the staff.',
    'zh-Hant': '你的讀者紀錄已經結束，不能發證：請向職員查詢。',
  },
  ALREADY_MERGED: {
    en: 'This record of yours was merged into your other one, and no card is issued on it: ask the staff.',
    'zh-Hant': '你的這份讀者紀錄已併入另一份紀錄，不能發證：請向職員查詢。',
  },
  ADDRESS_PROOF_NEEDED: {
    en: 'Proof of address must be shown before this is approved: bring it to a counter.',
    'zh-Hant': '批准前須出示住址證明：請帶到櫃位。',
  },
  IDENTITY_DOCUMENT_NEEDED: {
    en: 'Your record does not have this identity card yet: show the card at a counter.',
    'zh-Hant': '你的讀者紀錄尚未有此身份證：請到櫃位出示。',
  },
  REJECTED_BY_STAFF: {
    en: 'Staff rejected the application: read their reason, or ask at a counter.',
    'zh-Hant': '職員拒絕了此項申請：請參閱職員所述原因，或到櫃位查詢。',
  },
} as const satisfies Readonly<Record<CodeWithMessage, Localized>>;
