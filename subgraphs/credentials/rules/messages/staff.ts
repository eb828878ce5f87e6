import type { Localized } from '../../../library/language.ts';
import type { CodeWithMessage } from './codes.ts';
import { messagesToEveryone } from './everyone.ts';

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
    'zh-Hant': '讀者已持有此類證：如已遺失請補發，或先終止該證，或申請另一類證。',
  },
  OTHER_APPLICATION_OPEN: {
    en: 'Another application, of a patron or taken by staff, has this document: decide that application first.',
    'zh-Hant': '另有讀者或職員代辦的申請填報此證件：請先審批該項申請。',
  },
  OTHER_APPLICATIONS_UNSEEN: {
    en: 'Other applications may have this document: look at them, and confirm that you saw them.',
    'zh-Hant': '可能另有申請填報此證件：請查閱該等申請，並確認已查閱。',
  },
  SMART_ID_ENROLLED: {
    en: 'Another patron has this smart identity card in use or lost: find the card, and compare the two records.',
    'zh-Hant': '另一讀者已登記使用此智能身份證：請尋找該證，並比較兩份紀錄。',
  },
  REGISTERED_WITHOUT_CARD: {
    en: 'The registry has this patron and these documents now, and no card was issued: approve again once nothing is in the way.',
    'zh-Hant': '讀者登記已有此讀者及其證件，但未有發證：請先處理其他問題，然後再次批准。',
  },
  PATRON_CLOSED: {
    en: "The patron's record is closed, so no card is issued on it, and it is not merged: look at the record.",
    'zh-Hant': '讀者紀錄已經結束，不能發證或合併：請查閱紀錄。',
  },
  ADDRESS_PROOF_NEEDED: {
    en: 'Proof of address must be shown before this is approved: ask for it, and confirm that you saw it.',
    'zh-Hant': '批准前須出示住址證明：請要求出示，並確認已查看證明。',
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
