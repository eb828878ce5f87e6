import type { Localized } from '../../../library/language.ts';
import type { CodeWithMessage } from './codes.ts';
import { messagesToReaders } from './reader.ts';

/** Messages to a reader whose new smart identity card is in the card reader of a station. */
export const messagesAtStations = {
  ...messagesToReaders,
  NOT_FOUND: {
    en: 'No card of yours was found: put the card in the card reader again, or ask the staff.',
    'zh-Hant': '找不到你的證：請重新把證放入讀卡器，或向職員查詢。',
  },
  IDENTITY_NUMBER_INVALID: {
    en: 'The identity number was misread: put the card in the card reader again.',
    'zh-Hant': '讀取的身份證號碼不正確：請重新把證放入讀卡器。',
  },
  IDENTITY_MISMATCH: {
    en: 'This card differs from your record: ask the staff.',
    'zh-Hant': '此證與你的讀者紀錄不符：請向職員查詢。',
  },
  SMART_ID_NEEDED: {
    en: 'This is the older kind of identity card: put a smart identity card in the card reader.',
    'zh-Hant': '這是舊式身份證：請把智能身份證放入讀卡器。',
  },
  NEWER_DATE_OF_ISSUE_NEEDED: {
    en: 'This card was reported lost: put its replacement in the card reader, or ask the staff.',
    'zh-Hant': '此證已經報失：請把補領的證放入讀卡器，或向職員查詢。',
  },
  FRESH_APPLICATION_NEEDED: {
    en: 'Your library service for this card has ended: apply for it again at a counter.',
    'zh-Hant': '此證的圖書館服務已經終止：請到櫃位重新申請。',
  },
} as const satisfies Readonly<Record<CodeWithMessage, Localized>>;
