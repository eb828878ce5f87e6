import type { Localized } from '../../library/language.ts';
import { holdLimit, inWords, inWordsCapitalized, loanLimit, renewalLimit } from './limits.ts';

/** The message of each problem. It says what is wrong and, after a colon, what to do. */
export const messages = {
  QUOTA_REACHED: {
    en: `${inWordsCapitalized(loanLimit)} items are out on the cards of this patron: return one first.`,
    'zh-Hant': `此讀者名下各證共借出 ${loanLimit} 項館藏，已達借閱限額：請先歸還一項。`,
  },
  CARD_LIMIT_REACHED: {
    en: "This card has as many items as one card can have: show the patron's other card.",
    'zh-Hant': '此證的借閱數量已滿：請出示讀者的另一張證。',
  },
  PLACE_PENDING: {
    en: 'Another check-out or reservation of this patron is not settled yet: try again in a minute.',
    'zh-Hant': '此讀者另有借閱或預約仍在處理中：請於一分鐘後再試。',
  },
  CREDENTIAL_NOT_FOUND: {
    en: 'No such card is known for lending: check the number, or apply for the card first.',
    'zh-Hant': '找不到可供借閱的此證：請核對號碼，或先申請圖書證。',
  },
  CREDENTIAL_NOT_ACTIVE: {
    en: "This card is lost, ended or replaced: use the patron's other card, or ask the staff.",
    'zh-Hant': '此證已報失、終止或更換：請使用讀者的另一張證，或向職員查詢。',
  },
  CARD_MUST_BE_READ: {
    en: 'The number of a smart identity card does not lend: put the card itself in the reader, or use a library card.',
    'zh-Hant': '不能單憑智能身份證的圖書證號碼借閱：請把智能身份證放入讀卡器，或使用圖書證。',
  },
  REPLACEMENT_NOT_TAKEN_OVER: {
    en: 'This card replaces a lost one and was not taken over yet: take it over while it is in the reader, or ask the staff.',
    'zh-Hant': '這是補領的智能身份證，尚未接續圖書館服務：請趁證在讀卡器內辦理接續，或請職員辦理。',
  },
  IDENTITY_NUMBER_INVALID: {
    en: 'This is not a valid identity number: read the card again.',
    'zh-Hant': '身份證號碼不正確：請重新讀取證件。',
  },
  SMART_ID_NEEDED: {
    en: 'This is the older kind of identity card, which does not lend: show a smart identity card or a library card.',
    'zh-Hant': '這是舊式身份證，不能用於借閱：請出示智能身份證或圖書證。',
  },
  PATRON_NOT_ACTIVE: {
    en: "This patron can't borrow, renew or reserve at present: ask the staff.",
    'zh-Hant': '此讀者現時不能借閱、續借或預約：請向職員查詢。',
  },
  NO_CARD_IN_USE: {
    en: 'This patron has no card in use: ask the staff to replace one, or apply for one.',
    'zh-Hant': '此讀者沒有使用中的證：請職員補發，或申請新證。',
  },
  WRONG_NUMBER_OR_PIN: {
    en: 'The number or the PIN is wrong, or too many wrong ones have locked it: try again in a quarter of an hour.',
    'zh-Hant': '號碼或密碼不正確，或因多次輸入錯誤而被鎖：請於十五分鐘後再試。',
  },
  PIN_LOCKED: {
    en: 'Too many wrong PINs were given here for this number: try again later, or ask the staff.',
    'zh-Hant': '此處為此號碼輸入錯誤密碼的次數過多：請稍後再試，或向職員查詢。',
  },
  TOO_MANY_REQUESTS: {
    en: 'Too many wrong numbers and PINs were given here: try again later.',
    'zh-Hant': '此處輸入錯誤號碼及密碼的次數過多：請稍後再試。',
  },
  ALREADY_LENT: {
    en: 'This item is out on a card of this patron already: look at its due date, and take it home.',
    'zh-Hant': '此館藏已借給此讀者：請查閱到期日，然後帶走。',
  },
  ITEM_NOT_FOUND: {
    en: 'There is no item of this number: read it again.',
    'zh-Hant': '沒有此號碼的館藏：請重新讀取號碼。',
  },
  ITEM_NOT_AVAILABLE: {
    en: 'This item is on loan or missing: hand it to the staff, or reserve the title.',
    'zh-Hant': '此館藏已借出或遺失：請交給職員，或預約此書目。',
  },
  ITEM_NOT_FOR_LOAN: {
    en: 'This item is for use in the library alone: leave it there.',
    'zh-Hant': '此館藏只供館內閱覽：請留在館內。',
  },
  ITEM_NOT_ON_LOAN: {
    en: 'This item is not on loan, and there is nothing to take back: hand it to the staff.',
    'zh-Hant': '此館藏並無借出，無須歸還：請交給職員。',
  },
  ITEM_NOT_HELD: {
    en: 'This is not the copy that waits for this reservation: take the one of that title from the hold shelf.',
    'zh-Hant': '這並非為此預約保留的館藏：請從預約書架取出該書目的館藏。',
  },
  WANTED_BY_ANOTHER: {
    en: 'Another reader has reserved this title: reserve it to have it after them.',
    'zh-Hant': '另一位讀者已預約此書目：如有需要，請預約輪候。',
  },
  OWN_HOLD_IN_THE_WAY: {
    en: 'The patron has reserved this title on another card, which is in the way: cancel that reservation, then renew again.',
    'zh-Hant': '讀者以另一張證預約了此書目，因此不能續借：請先取消該預約，再行續借。',
  },
  NO_RENEWALS_LEFT: {
    en: `This loan has been renewed ${inWords(renewalLimit)} times: return it by its due date.`,
    'zh-Hant': `此項借閱已續借 ${renewalLimit} 次：請於到期日或之前歸還。`,
  },
  NOTHING_TO_GAIN: {
    en: 'A renewal today would not move the due date, and none was used: renew this loan nearer to its due date.',
    'zh-Hant': '今天續借不會延長到期日，故未有續借，亦不計次數：請於臨近到期日時續借。',
  },
  RENEWAL_PENDING: {
    en: 'Another renewal of this loan is not settled yet: look at its due date again in a minute.',
    'zh-Hant': '此項借閱的另一次續借仍在處理中：請於一分鐘後再查閱到期日。',
  },
  LOAN_NOT_FOUND: {
    en: "The patron has no such loan, or not any more: look at the patron's loans again.",
    'zh-Hant': '讀者沒有此項借閱，或已歸還：請重新查閱借閱紀錄。',
  },
  HOLD_LIMIT_REACHED: {
    en: `${inWordsCapitalized(holdLimit)} titles are reserved on the cards of this patron: cancel one first.`,
    'zh-Hant': `此讀者名下各證共預約 ${holdLimit} 個書目，已達預約限額：請先取消一個。`,
  },
  ALREADY_HELD: {
    en: "The patron has reserved this title already: look at the patron's reservations.",
    'zh-Hant': '讀者已預約此書目：請查閱預約紀錄。',
  },
  HOLD_NOT_FOUND: {
    en: "The patron has no such reservation, or not any more: look at the patron's reservations again.",
    'zh-Hant': '讀者沒有此項預約，或預約已失效：請重新查閱預約紀錄。',
  },
  HOLD_NOT_READY: {
    en: 'No copy waits for this reservation yet: lend it when it is ready.',
    'zh-Hant': '此項預約的館藏尚未備妥：請待備妥後借出。',
  },
  HOLD_ON_CLOSED_CARD: {
    en: 'The copy waits for this patron on a card that was replaced or has ended: the staff can lend it on that card.',
    'zh-Hant': '館藏保留在讀者一張已更換或終止的證上：職員可在該證上借出。',
  },
  HOLD_ON_LOST_CARD: {
    en: 'The copy waits for this patron on a card that is reported lost, or being so: ask the staff to replace that card.',
    'zh-Hant': '館藏保留在讀者一張已報失或正在報失的證上：請職員補發該證。',
  },
  CARD_IN_USE: {
    en: 'The copy waits on a card that is in use: lend it on that card as any other.',
    'zh-Hant': '館藏保留在一張使用中的證上：請照常在該證上借出。',
  },
  ANOTHER_OPERATION_OPEN: {
    en: 'Something else is under way for this card: wait until it is settled.',
    'zh-Hant': '此證另有手續正在辦理：請待其完成。',
  },
  FINDING_NOT_FOUND: {
    en: 'There is no such finding, or not any more: look at the list of findings again.',
    'zh-Hant': '沒有此項不符紀錄，或已移除：請重新查閱紀錄清單。',
  },
  FINDING_NOT_OPEN: {
    en: 'This finding is closed, or the systems agree again: look at the list of findings again.',
    'zh-Hant': '此項不符紀錄已結案，或各系統已再一致：請重新查閱紀錄清單。',
  },
  NOTHING_TO_REPAIR: {
    en: 'No procedure repairs this finding: correct the record or the loans, and the finding is resolved.',
    'zh-Hant': '此項不符紀錄不能自動更正：請更正讀者紀錄或借閱，紀錄其後會自動解決。',
  },
  NOT_CERTAIN_YET: {
    en: 'A request of this operation may still be on its way, or a part of it is not settled: try again later.',
    'zh-Hant': '此項操作可能仍有要求在傳送中，或有部分未有結果：請稍後再試。',
  },
  GIVEN_UP: {
    en: 'This operation could not be settled, and a member of staff closed it: ask for it again, if it is still wanted.',
    'zh-Hant': '此項操作未能得出結果，已由職員結案：如仍有需要，請重新辦理。',
  },
  TITLE_NOT_FOUND: {
    en: 'There is no title of this number: look for it in the catalogue again.',
    'zh-Hant': '沒有此號碼的書目：請重新查找目錄。',
  },
  BRANCH_NOT_FOUND: {
    en: 'The library has no such branch: choose one of its branches.',
    'zh-Hant': '圖書館沒有此分館：請從各分館中選擇。',
  },
  INVALID: {
    en: 'A value that was given is impossible, or no system has a form for it: read the card again, or correct the input.',
    'zh-Hant': '所提供的資料不可能正確，或系統不能儲存：請重新讀取證件，或更正所填資料。',
  },
  SYSTEM_UNAVAILABLE: {
    en: "A system of the library can't be reached, and nothing was done: try again, with a new reference.",
    'zh-Hant': '圖書館系統暫時未能連接，手續未有辦理：請以新的參考編號再試。',
  },
} as const satisfies Readonly<Record<string, Localized>>;
