import { maxCertificateLength } from '../card-and-identity-numbers.ts';
import type { Localized } from '../language.ts';

/**
 * The messages of errors that people read, in every language. A message about a mistake in a program, such as an
 * argument out of bounds, is for its developer, and is in English (`badInput`). No message quotes a value (R30).
 */
export const errorTexts = {
  SIGN_IN: { en: 'Sign in first.', 'zh-Hant': '請先登入。' },
  OWN_DATA_ONLY: {
    en: 'This is open only to the patron whose data it is.',
    'zh-Hant': '此項只供資料所屬的讀者使用。',
  },
  PIN_AT_STATION: {
    en: 'At a station this needs the number and the PIN of the reader: `readerPatron` takes them.',
    'zh-Hant': '在自助服務機上，此項須有讀者的號碼及密碼：請使用 `readerPatron`。',
  },
  READERS_OWN_DATA: {
    en: "A reader may have only their own data. The patron's number must be as `me` gives it.",
    'zh-Hant': '讀者只可使用自己的資料。讀者編號須與 `me` 所示的相同。',
  },
  ACCESS_REASON_NEEDED: {
    en: 'Choose the reason for which you open this. The library keeps it with the record of who has looked.',
    'zh-Hant': '請選擇查閱的原因。圖書館會把原因與查閱紀錄一併保存。',
  },
  IDENTITY_NUMBER_INVALID: {
    en: 'This is not a valid identity number: compare it with the card, including the check digit in brackets.',
    'zh-Hant': '身份證號碼不正確：請與證件核對，包括括號內的校驗碼。',
  },
  CERTIFICATE_INVALID: {
    en: `This is not the number of a birth certificate, which has up to ${maxCertificateLength} letters and digits.`,
    'zh-Hant': `這不是出生證明書的號碼，該號碼最多為 ${maxCertificateLength} 個字母及數字。`,
  },
  CARD_NUMBER_MISREAD: {
    en: "The identity number's check digit is wrong: read the card again.",
    'zh-Hant': '身份證號碼的校驗碼不正確：請重新讀取證件。',
  },
  OLDER_IDENTITY_CARD: {
    en: 'This is the older kind of identity card: use a library card, or a smart identity card (issued since 23 June 2003).',
    'zh-Hant': '這是舊式身份證：請使用圖書證，或智能身份證（2003 年 6 月 23 日起簽發）。',
  },
  DATE_OF_ISSUE_IN_FUTURE: {
    en: 'The date of issue is in the future: read the card again.',
    'zh-Hant': '簽發日期在將來：請重新讀取證件。',
  },
  OPERATION_CODE_FORM: {
    en: 'The `code` of an operation has eight letters and digits, as in `7K2M9QXR`.',
    'zh-Hant': '手續的編碼（`code`）為八個字母及數字，例如 `7K2M9QXR`。',
  },
  CURSOR_EXPIRED: {
    en: 'This cursor is too old to go on from: read the lists again, and follow from their cursors.',
    'zh-Hant': '此位置已經太舊，不能由此繼續：請重新讀取清單，並由清單的位置開始。',
  },
  CURSOR_INVALID: {
    en: 'This cursor was not given to you for this subscription: read the lists again, and follow from their cursors.',
    'zh-Hant': '此位置並非為此項訂閱而發出：請重新讀取清單，並由清單的位置開始。',
  },
  PLACES_CLOSED: {
    en: "Lending and reservations wait until circulation's changes are compared: send the same request again in a minute.",
    'zh-Hant': '流通系統的紀錄正在核對，暫停借閱及預約：請於一分鐘後再送出同一要求。',
  },
  OPERATION_LOST: {
    en: 'The journal has lost this operation, and it may have been done. Look at what it would have changed before you request it again.',
    'zh-Hant': '系統遺失了此項手續的紀錄，惟手續可能已經辦妥。請先查核，然後再試。',
  },
  CHANGE_UNRECORDED: {
    en: "The library's records of requests can't be reached, so it is not known whether this was done: query the operation's state, or send the same request again.",
    'zh-Hant': '暫時未能連接辦理紀錄，未能得知此項手續是否已經辦妥：請查詢此項手續的狀況，或再送出同一要求。',
  },
  RECORDS_UNREADABLE: {
    en: "The library's records of requests can't be read or written, so this can't be answered: ask again in a minute.",
    'zh-Hant': '暫時未能讀取或寫入辦理紀錄，未能回覆此項查詢：請於一分鐘後再查詢。',
  },
  UNFORESEEN: { en: 'Something went wrong here.', 'zh-Hant': '系統出現問題。' },
  PIN_NOT_SET_YET: {
    en: 'The PIN is not set yet: send the same request again in some seconds.',
    'zh-Hant': '密碼尚未設定：請於數秒後再送出同一要求。',
  },
  PIN_LOCK_UNKNOWN: {
    en: 'The PIN is set, but card management did not say whether it is locked: if it does not work, try it again later.',
    'zh-Hant': '密碼已設定，但證件管理系統未有說明密碼是否被鎖：如不能使用，請稍後再試。',
  },
  APPLICATIONS_FROM_HERE: {
    en: 'Too many applications came from here within an hour: try again later.',
    'zh-Hant': '一小時內由此處送出的申請過多：請稍後再試。',
  },
  APPLICATIONS_OF_ALL: {
    en: 'Too many applications came over the internet within an hour: try again later.',
    'zh-Hant': '一小時內經互聯網送出的申請過多：請稍後再試。',
  },
  PINS_SET: {
    en: 'PINs were set too often within an hour: try again later, or ask staff.',
    'zh-Hant': '一小時內設定密碼的次數過多：請稍後再試，或向職員查詢。',
  },
  CARD_NOT_SHOWN: {
    en: 'A station is told of a patron only for five minutes after their card, or a number and its PIN, was presented.',
    'zh-Hant': '自助服務站只在讀者出示圖書證或輸入號碼及密碼後五分鐘內取得該讀者的資料。',
  },
  TOO_MANY_CARDS: {
    en: 'Too many different cards were presented at this station: try again later.',
    'zh-Hant': '此服務站出示過的圖書證過多：請稍後再試。',
  },
  APPLICATIONS_NOT_LISTED: {
    en: 'The list of applications and loss reports is being built: try again in a minute.',
    'zh-Hant': '申請及報失的清單正在整理：請於一分鐘後再試。',
  },
  LENDING_DAYS_NOT_COUNTED: {
    en: 'The loans and returns of the last thirty days are being counted: try again in a minute.',
    'zh-Hant': '過去三十日的借還數目正在點算：請於一分鐘後再試。',
  },
  INDEX_LATE: {
    en: "The list lacks what happened in the last minutes: circulation's events are read late.",
    'zh-Hant': '清單尚未包括過去數分鐘的事項：流通系統的紀錄延遲讀取。',
  },
  BORROWER_NOT_INDEXED: {
    en: 'The copy is on loan, but the index does not know yet to whom: ask again in some seconds.',
    'zh-Hant': '此館藏已借出，但索引尚未有借閱者的資料：請於數秒後再查詢。',
  },
  DUE_DAY_NOT_INDEXED: {
    en: 'The copy is on loan, but the index does not know yet until when: ask again in some seconds.',
    'zh-Hant': '此館藏已借出，但索引尚未有到期日的資料：請於數秒後再查詢。',
  },
} as const satisfies Readonly<Record<string, Localized>>;

/** The message for a caller who has none of the scopes that a field or a mutation requires. */
export const scopesNeeded = (scopes: readonly string[]): Localized => ({
  en: `This requires the scope ${scopes.join(', or ')}.`,
  'zh-Hant': `此項須有權限 ${scopes.join(' 或 ')}。`,
});

/** The message for a patron who must sign in again, because they did so more than `minutes` ago. */
export const freshSignInNeeded = (minutes: number): Localized => ({
  en: `This takes a sign-in within the last ${minutes} minutes: sign in again.`,
  'zh-Hant': `此項須在最近 ${minutes} 分鐘內登入：請重新登入。`,
});

/** The messages about a text that a person typed into a search. Each names the argument with the text. */
export const searchErrors = {
  invisible: (argument: string): Localized => ({
    en: `The text in \`${argument}\` has invisible characters: leave them out.`,
    'zh-Hant': `\`${argument}\` 的文字含有隱藏字元：請刪除。`,
  }),
  tooLong: (argument: string, max: number): Localized => ({
    en: `The text in \`${argument}\` may have ${max} characters at most.`,
    'zh-Hant': `\`${argument}\` 的文字最多為 ${max} 個字元。`,
  }),
  titleLength: (argument: string, max: number): Localized => ({
    en: `The text in \`${argument}\` must have 2 to ${max} characters, or 1 if it is Chinese.`,
    'zh-Hant': `\`${argument}\` 的文字須為 2 至 ${max} 個字元，中文字則可為 1 個。`,
  }),
  empty: (argument: string, of: 'letters' | 'digits'): Localized => ({
    en: `The text in \`${argument}\` has no ${of}: give some, or leave it out.`,
    'zh-Hant': `\`${argument}\` 沒有${of === 'letters' ? '文字' : '數字'}：請填寫，或不填此項。`,
  }),
};
