/** The texts that a terminal shows (AF) if the graph has no message for the reader. */
import type { Language } from '../graph/client.ts';

export const screenMessages = {
  NOT_KNOWN: {
    en: "The library's systems do not answer. Please try again in a moment.",
    'zh-Hant': '圖書館系統暫時沒有回應，請稍後再試。',
  },
  CHECK_OUT_UNSETTLED: {
    en: 'It is not known yet whether this item is lent. Keep it here, and scan it again in a moment.',
    'zh-Hant': '暫未確定是否已借出此館藏。請先把它留在這裏，稍後再掃描一次。',
  },
  CHECK_IN_UNANSWERED: {
    en: 'It is not known whether this return is recorded. Please scan the item again, or give it to the staff.',
    'zh-Hant': '暫未確定是否已記錄歸還。請再掃描一次，或把館藏交給職員。',
  },
  CHECK_IN_UNSETTLED: {
    en: 'The item is taken. The return will be recorded as soon as possible.',
    'zh-Hant': '館藏已收下，歸還紀錄會盡快更新。',
  },
  CHANGE_UNSETTLED: {
    en: 'It is not known yet whether this was done. Please look again in a moment.',
    'zh-Hant': '暫未確定是否已完成，請稍後再查看。',
  },
  ASK_STAFF_WITH_CODE: { en: 'Code for the staff: ', 'zh-Hant': '請向職員出示編碼：' },
  CARD_UNKNOWN: { en: 'This card is not known.', 'zh-Hant': '找不到此證。' },
  CARD_NOT_IN_USE: { en: 'This card is not in use.', 'zh-Hant': '此證並非使用中。' },
  CARD_MUST_BE_READ: {
    en: 'To borrow, put the smart identity card itself in the card reader.',
    'zh-Hant': '如要借閱，請把智能身份證放入讀卡器。',
  },
  PIN_NEEDED: { en: 'Please enter the PIN.', 'zh-Hant': '請輸入密碼。' },
  WRONG_NUMBER_OR_PIN: { en: 'The number or the PIN is wrong.', 'zh-Hant': '號碼或密碼不正確。' },
  PIN_LOCKED: {
    en: 'Too many wrong attempts. Please try again later, or ask the staff.',
    'zh-Hant': '輸入錯誤次數過多。請稍後再試，或向職員查詢。',
  },
  NOT_IN_GOOD_STANDING: { en: 'Please ask the library.', 'zh-Hant': '請向圖書館查詢。' },
  ITEM_UNKNOWN: { en: 'This item is not known.', 'zh-Hant': '找不到此館藏。' },
  NOT_ON_LOAN: { en: 'This item is not among your loans.', 'zh-Hant': '你沒有借閱此館藏。' },
  NOT_RESERVED: { en: 'You have not reserved this title.', 'zh-Hant': '你沒有預約此書目。' },
  ALREADY_LENT: { en: 'You have this item already.', 'zh-Hant': '你已借閱此館藏。' },
  ON_HOLD_SHELF: {
    en: 'Another reader is waiting for this item.',
    'zh-Hant': '另一位讀者正等候此館藏。',
  },
  GOES_TO_BRANCH: { en: 'This item goes to another branch: ', 'zh-Hant': '此館藏須送往另一分館：' },
  HOLD_CODE: { en: 'Reserved, code ', 'zh-Hant': '預約，編碼 ' },
  RECORDED_FOR_STAFF: {
    en: 'This loan is recorded. The staff will look into it.',
    'zh-Hant': '已記錄此借出項目，職員會跟進。',
  },
  BRANCH_NEEDED: { en: 'Please choose a branch.', 'zh-Hant': '請選擇分館。' },
  OTHER_CURRENCY: {
    en: 'The amount is not in Hong Kong dollars.',
    'zh-Hant': '金額並非以港元計算。',
  },
  AMOUNT_NOT_UNDERSTOOD: {
    en: 'This is not an amount, such as 12.50.',
    'zh-Hant': '此非有效金額，例如 12.50。',
  },
  NOT_PAID: {
    en: 'No money came, so nothing was paid. Please start again, or ask the staff.',
    'zh-Hant': '未收到款項，付款未能完成。請重新開始，或向職員查詢。',
  },
  NOT_SUPPORTED: { en: 'This is not possible here.', 'zh-Hant': '此處不提供這項服務。' },
} as const satisfies Readonly<Record<string, Readonly<Record<Language, string>>>>;

export type ScreenMessage = keyof typeof screenMessages;

export function screenMessage(key: ScreenMessage, language: Language): string {
  return screenMessages[key][language];
}

/**
 * The messages for errors of the graph about which a reader can do something. For all other errors, `messageForError`
 * returns `NOT_KNOWN`.
 */
const ofErrors: Readonly<Record<string, ScreenMessage>> = {
  WRONG_NUMBER_OR_PIN: 'WRONG_NUMBER_OR_PIN',
  PIN_LOCKED: 'PIN_LOCKED',
  TOO_MANY_REQUESTS: 'PIN_LOCKED',
  NOT_IN_GOOD_STANDING: 'NOT_IN_GOOD_STANDING',
};

export const messageForError = (
  code: string | undefined,
  otherwise: ScreenMessage = 'NOT_KNOWN',
): ScreenMessage => (code === undefined ? undefined : ofErrors[code]) ?? otherwise;
