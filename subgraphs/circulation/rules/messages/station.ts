import type { StationCode, Text } from './addressees.ts';
import { messagesToReaders } from './reader.ts';

/** Messages to a reader who stands at a self-service station, with the card and the item in hand. */
export const messagesAtStations = {
  ...messagesToReaders,
  CARD_LIMIT_REACHED: {
    en: 'This card has as many items as one card can have: show another card, or ask the staff.',
    'zh-Hant': '此證的借閱數量已滿：請出示另一張證，或向職員查詢。',
  },
  CHARGES_LIMIT_REACHED: {
    en: 'You owe more than the library lends with: pay at a counter or on the web first, or ask the staff.',
    'zh-Hant': '你的欠款超過可借閱的上限：請先到櫃位或網上繳付，或向職員查詢。',
  },
  CREDENTIAL_NOT_FOUND: {
    en: 'This card is not registered for borrowing: check the number, or apply for the card at a counter.',
    'zh-Hant': '此證尚未登記用以借閱：請核對號碼，或到櫃位申請。',
  },
  CREDENTIAL_NOT_ACTIVE: {
    en: 'This card is lost, ended or replaced: show another card, or ask the staff.',
    'zh-Hant': '此證已報失、終止或更換：請出示另一張證，或向職員查詢。',
  },
  CARD_MUST_BE_READ: {
    en: 'The number of a smart identity card is not enough to borrow: put the card itself in the card reader, or use a library card.',
    'zh-Hant': '不能單憑智能身份證的圖書證號碼借閱：請把智能身份證放入讀卡器，或使用圖書證。',
  },
  REPLACEMENT_NOT_TAKEN_OVER: {
    en: 'This card replaces a lost one, and is not in use yet: leave it in the card reader and confirm it, or ask the staff.',
    'zh-Hant': '這是補領的智能身份證，尚未啟用：請把證留在讀卡器內並確認使用，或請職員辦理。',
  },
  IDENTITY_NUMBER_INVALID: {
    en: 'The identity number was misread: put the card in the card reader again.',
    'zh-Hant': '讀取的身份證號碼不正確：請重新把證放入讀卡器。',
  },
  SMART_ID_NEEDED: {
    en: "This is the older kind of identity card, which can't be used to borrow: show a smart identity card or a library card.",
    'zh-Hant': '這是舊式身份證，不能用於借閱：請出示智能身份證或圖書證。',
  },
  ALREADY_LENT: {
    en: 'You have borrowed this item already: check its due date, and take it home.',
    'zh-Hant': '你已借閱此館藏：請查閱到期日，然後帶走。',
  },
  ITEM_NOT_FOUND: {
    en: 'There is no item with this number: scan it again, or hand it to the staff.',
    'zh-Hant': '沒有此號碼的館藏：請重新掃描，或交給職員。',
  },
  ITEM_NOT_AVAILABLE: {
    en: 'This item is recorded as on loan or missing: hand it to the staff, or reserve the title.',
    'zh-Hant': '紀錄顯示此館藏已借出或遺失：請交給職員，或預約此書目。',
  },
  ITEM_NOT_FOR_LOAN: {
    en: 'This item is for use in the library only: leave it here.',
    'zh-Hant': '此館藏只供館內閱覽：請留在館內。',
  },
  ITEM_NOT_ON_LOAN: {
    en: 'This item is not on loan, and there is nothing to take back: hand it to the staff.',
    'zh-Hant': '此館藏並無借出，無須歸還：請交給職員。',
  },
  WANTED_BY_ANOTHER: {
    en: "Another reader has reserved this title, so you can't borrow or renew it: reserve it, too, if you want it later.",
    'zh-Hant': '另一位讀者已預約此書目，你不能借閱或續借：如有需要，請預約輪候。',
  },
  HOLD_ON_CLOSED_CARD: {
    en: 'The copy waits for you on a card that was replaced or has ended: ask the staff to lend it.',
    'zh-Hant': '館藏保留在你一張已更換或終止的證上：請職員借出。',
  },
  HOLD_ON_LOST_CARD: {
    en: 'The copy waits for you on a card that is reported lost, or is being reported: ask the staff to replace that card.',
    'zh-Hant': '館藏保留在你一張已報失或正在報失的證上：請職員補發該證。',
  },
  INVALID: {
    en: "A value that was read is impossible, or the library can't store it: put the card in the card reader again.",
    'zh-Hant': '讀取的資料不正確，或系統不能儲存：請重新把證放入讀卡器。',
  },
} as const satisfies Readonly<Record<StationCode, Text>>;
