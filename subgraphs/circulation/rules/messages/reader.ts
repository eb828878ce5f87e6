import { holdLimit, inWords, loanLimit } from '../limits.ts';
import type { ReaderCode, Text } from './addressees.ts';
import { messagesToEveryone } from './everyone.ts';

/** Messages to readers on the web or on the telephone, who have no item at hand. */
export const messagesToReaders = {
  ...messagesToEveryone,
  QUOTA_REACHED: (loans) => ({
    en: `You have ${inWords(loans)} items out, and the limit is ${inWords(loanLimit)}: return ${inWords(loans - loanLimit + 1)} first.`,
    'zh-Hant': `你已借閱 ${loans} 項館藏，借閱限額為 ${loanLimit} 項：請先歸還 ${loans - loanLimit + 1} 項。`,
  }),
  CHARGES_LIMIT_REACHED: {
    en: 'You owe more than the library lends with: pay on the web or at a counter first.',
    'zh-Hant': '你的欠款超過可借閱的上限：請先在網上或到櫃位繳付。',
  },
  PLACE_PENDING: {
    en: 'Another check-out or reservation of yours is not certain yet: try again in a minute.',
    'zh-Hant': '你另有借閱或預約尚未確定：請於一分鐘後再試。',
  },
  CREDENTIAL_NOT_FOUND: {
    en: 'You have no card with this number: check the number.',
    'zh-Hant': '你沒有此號碼的證：請核對號碼。',
  },
  CREDENTIAL_NOT_ACTIVE: {
    en: 'This card is lost, ended or replaced: use another card, or ask the staff.',
    'zh-Hant': '此證已報失、終止或更換：請使用另一張證，或向職員查詢。',
  },
  PATRON_NOT_ACTIVE: {
    en: "You can't borrow, renew or reserve at present: ask the staff.",
    'zh-Hant': '你現時不能借閱、續借或預約：請向職員查詢。',
  },
  NO_CARD_IN_USE: {
    en: 'You have no card in use: ask the staff to replace one, or apply for one.',
    'zh-Hant': '你沒有使用中的證：請職員補發，或申請新證。',
  },
  WRONG_NUMBER_OR_PIN: {
    en: "The number or the PIN is wrong, or can't be used now: type both again, or ask the staff.",
    'zh-Hant': '號碼或密碼不正確，或現時不能使用：請重新輸入，或向職員查詢。',
  },
  PIN_LOCKED: {
    en: 'Too many wrong PINs were entered here for this number: try again later, or ask the staff.',
    'zh-Hant': '此號碼在此輸入錯誤密碼的次數過多：請稍後再試，或向職員查詢。',
  },
  TOO_MANY_REQUESTS: {
    en: 'Too many wrong numbers and PINs were entered here: try again later, or ask the staff.',
    'zh-Hant': '在此輸入錯誤號碼及密碼的次數過多：請稍後再試，或向職員查詢。',
  },
  WANTED_BY_ANOTHER: {
    en: 'Another reader has reserved this title: return it by its due date, or now if that has passed, and reserve it if you want it again.',
    'zh-Hant': '另一位讀者已預約此書目：請於到期日或之前歸還，如已逾期，請立即歸還；如仍有需要，請預約輪候。',
  },
  OWN_HOLD_IN_THE_WAY: {
    en: "You have reserved this title on another card, so this loan can't be renewed: cancel that reservation, then renew again.",
    'zh-Hant': '你以另一張證預約了此書目，因此不能續借：請先取消該預約，再行續借。',
  },
  LOAN_NOT_FOUND: {
    en: 'You have no such loan, or not any more: check your loans again.',
    'zh-Hant': '你沒有此項借閱，或已歸還：請重新查閱借閱紀錄。',
  },
  HOLD_LIMIT_REACHED: (holds) => ({
    en: `You have reserved ${inWords(holds)} titles, and the limit is ${inWords(holdLimit)}: collect or cancel ${inWords(holds - holdLimit + 1)} first.`,
    'zh-Hant': `你已預約 ${holds} 個書目，預約限額為 ${holdLimit} 個：請先領取或取消 ${holds - holdLimit + 1} 個。`,
  }),
  ALREADY_HELD: {
    en: 'You have reserved this title already: check your reservations.',
    'zh-Hant': '你已預約此書目：請查閱預約紀錄。',
  },
  HOLD_NOT_FOUND: {
    en: 'You have no such reservation, or not any more: check your reservations again.',
    'zh-Hant': '你沒有此項預約，或預約已結束：請重新查閱預約紀錄。',
  },
  NOT_RESERVED_AGAIN: {
    en: 'Your reservation was cancelled, but could not be placed again: reserve the title again.',
    'zh-Hant': '你的預約已經取消，但未能重新預約：請再次預約此書目。',
  },
  ANOTHER_OPERATION_OPEN: {
    en: 'Another request for your card or this reservation is under way: wait until it is done, then try again.',
    'zh-Hant': '你的證或此項預約另有手續正在辦理：請待其完成後再試。',
  },
  NOT_FOUND: {
    en: 'The library has no record of yours: sign in again, or ask the staff.',
    'zh-Hant': '圖書館沒有你的讀者紀錄：請重新登入，或向職員查詢。',
  },
  GIVEN_UP: {
    en: 'Your request could not be completed, and the staff closed it: make it again, if you still want it.',
    'zh-Hant': '你的要求未能完成，已由職員結案：如仍有需要，請重新辦理。',
  },
  INVALID: {
    en: "A value that was given is impossible, or the library can't store it: correct it.",
    'zh-Hant': '所提供的資料不正確，或系統不能儲存：請更正。',
  },
} as const satisfies Readonly<Record<ReaderCode, Text>>;
