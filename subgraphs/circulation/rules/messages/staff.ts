import { holdLimit, inWords, loanLimit } from '../limits.ts';
import type { ProblemCode } from '../problem-codes.ts';
import type { Text } from './addressees.ts';
import { messagesToEveryone } from './everyone.ts';

export const messagesToStaff = {
  ...messagesToEveryone,
  QUOTA_REACHED: (loans) => ({
    en: `The patron has ${inWords(loans)} items out, and the limit is ${inWords(loanLimit)}: ${inWords(loans - loanLimit + 1)} must come back first.`,
    'zh-Hant': `讀者已借閱 ${loans} 項館藏，借閱限額為 ${loanLimit} 項：須先歸還 ${loans - loanLimit + 1} 項。`,
  }),
  CARD_LIMIT_REACHED: {
    en: "This card has as many items as one card can have: lend on the patron's other card.",
    'zh-Hant': '此證的借閱數量已滿：請以讀者的另一張證借出。',
  },
  PLACE_PENDING: {
    en: 'Another check-out or reservation of this patron is not certain yet: try again in a minute.',
    'zh-Hant': '此讀者另有借閱或預約尚未確定：請於一分鐘後再試。',
  },
  CHARGES_LIMIT_REACHED: {
    en: 'The patron owes more than the library lends with: let the patron pay first, or a colleague with the right decide.',
    'zh-Hant': '讀者的欠款超過可借閱的上限：請讀者先行繳付，或由獲授權的同事決定。',
  },
  CREDENTIAL_NOT_FOUND: {
    en: 'This card is not registered for borrowing: compare the number, or take an application for the card.',
    'zh-Hant': '此證尚未登記用以借閱：請核對號碼，或為讀者辦理申請。',
  },
  CREDENTIAL_NOT_ACTIVE: {
    en: 'This card is lost, ended or replaced: use another card of the patron, or issue a new one.',
    'zh-Hant': '此證已報失、終止或更換：請使用讀者的另一張證，或發出新證。',
  },
  CARD_MUST_BE_READ: {
    en: 'The number of a smart identity card is not enough to borrow: read the card itself, or use a library card.',
    'zh-Hant': '不能單憑智能身份證的圖書證號碼借閱：請讀取智能身份證，或使用圖書證。',
  },
  REPLACEMENT_NOT_TAKEN_OVER: {
    en: 'This card replaces a lost one and was not taken over yet: take it over while it is in the card reader.',
    'zh-Hant': '這是補領的智能身份證，尚未接續圖書館服務：請趁證在讀卡器內辦理接續。',
  },
  IDENTITY_NUMBER_INVALID: {
    en: 'This is not a valid identity number: read the card again.',
    'zh-Hant': '身份證號碼不正確：請重新讀取證件。',
  },
  SMART_ID_NEEDED: {
    en: "This is the older kind of identity card, which can't be used to borrow: ask for a smart identity card or a library card.",
    'zh-Hant': '這是舊式身份證，不能用於借閱：請讀者出示智能身份證或圖書證。',
  },
  PATRON_NOT_ACTIVE: {
    en: "This patron can't borrow, renew or reserve at present: look at the status of the record.",
    'zh-Hant': '此讀者現時不能借閱、續借或預約：請查閱讀者紀錄的狀況。',
  },
  NO_CARD_IN_USE: {
    en: 'This patron has no card in use: replace a lost one, or take an application for one.',
    'zh-Hant': '此讀者沒有使用中的證：請補發已遺失的證，或為讀者申請新證。',
  },
  WRONG_NUMBER_OR_PIN: {
    en: "The number or the PIN is wrong, or can't be used now: type both again, or act for the patron by patron number.",
    'zh-Hant': '號碼或密碼不正確，或現時不能使用：請重新輸入，或以讀者編號為讀者辦理。',
  },
  PIN_LOCKED: {
    en: 'Too many wrong PINs were entered here for this number: try again later, or act for the patron by patron number.',
    'zh-Hant': '此號碼在此輸入錯誤密碼的次數過多：請稍後再試，或以讀者編號為讀者辦理。',
  },
  TOO_MANY_REQUESTS: {
    en: 'Too many wrong numbers and PINs were entered here: try again later, or act for the patron by patron number.',
    'zh-Hant': '在此輸入錯誤號碼及密碼的次數過多：請稍後再試，或以讀者編號為讀者辦理。',
  },
  ALREADY_LENT: {
    en: 'This patron has borrowed this item already: its due date stands.',
    'zh-Hant': '此讀者已借閱此館藏：到期日不變。',
  },
  ITEM_NOT_FOUND: {
    en: 'There is no item with this number: read it again.',
    'zh-Hant': '沒有此號碼的館藏：請重新讀取號碼。',
  },
  ITEM_NOT_AVAILABLE: {
    en: 'This item is recorded as on loan or missing: check it in if it is on loan, or reserve the title for the patron.',
    'zh-Hant': '紀錄顯示此館藏已借出或遺失：如已借出請先辦理歸還，或為讀者預約此書目。',
  },
  ITEM_NOT_FOR_LOAN: {
    en: 'This item is for use in the library only: put it back on its shelf.',
    'zh-Hant': '此館藏只供館內閱覽：請放回書架。',
  },
  ITEM_NOT_ON_LOAN: {
    en: 'This item is not on loan, and there is nothing to take back: look at its state, and put it where it belongs.',
    'zh-Hant': '此館藏並無借出，無須歸還：請查閱其狀況，然後歸位。',
  },
  ITEM_NOT_HELD: {
    en: 'This is not the copy that waits for this reservation: take the one of that title from the hold shelf.',
    'zh-Hant': '這並非為此預約保留的館藏：請從預約書架取出該書目的館藏。',
  },
  WANTED_BY_ANOTHER: {
    en: 'Another reader has reserved this title: this patron can reserve it, too, to have it after them.',
    'zh-Hant': '另一位讀者已預約此書目：此讀者可預約輪候。',
  },
  OWN_HOLD_IN_THE_WAY: {
    en: "The patron has reserved this title on another card, so this loan can't be renewed: cancel that reservation, then renew again.",
    'zh-Hant': '讀者以另一張證預約了此書目，因此不能續借：請先取消該預約，再行續借。',
  },
  LOAN_NOT_FOUND: {
    en: "The patron has no such loan, or not any more: look at the patron's loans again.",
    'zh-Hant': '讀者沒有此項借閱，或已歸還：請重新查閱借閱紀錄。',
  },
  HOLD_LIMIT_REACHED: (holds) => ({
    en: `The patron has reserved ${inWords(holds)} titles, and the limit is ${inWords(holdLimit)}: ${inWords(holds - holdLimit + 1)} must be collected or cancelled first.`,
    'zh-Hant': `讀者已預約 ${holds} 個書目，預約限額為 ${holdLimit} 個：須先領取或取消 ${holds - holdLimit + 1} 個。`,
  }),
  ALREADY_HELD: {
    en: "The patron has reserved this title already: look at the patron's reservations.",
    'zh-Hant': '讀者已預約此書目：請查閱預約紀錄。',
  },
  HOLD_NOT_FOUND: {
    en: "The patron has no such reservation, or not any more: look at the patron's reservations again.",
    'zh-Hant': '讀者沒有此項預約，或預約已結束：請重新查閱預約紀錄。',
  },
  HOLD_NOT_READY: {
    en: 'No copy waits for this reservation yet: lend it when it is ready.',
    'zh-Hant': '此項預約的館藏尚未備妥：請待備妥後借出。',
  },
  NOT_RESERVED_AGAIN: {
    en: 'The reservation was cancelled, but could not be placed again: reserve the title for the patron again.',
    'zh-Hant': '此項預約已經取消，但未能重新預約：請為讀者再次預約此書目。',
  },
  HOLD_ON_CLOSED_CARD: {
    en: "The copy waits for this patron on a card that was replaced or has ended: lend it from the patron's reservations.",
    'zh-Hant': '館藏保留在讀者一張已更換或終止的證上：請從讀者的預約紀錄借出。',
  },
  HOLD_ON_LOST_CARD: {
    en: 'The copy waits for this patron on a card that is reported lost, or is being reported: replace that card first.',
    'zh-Hant': '館藏保留在讀者一張已報失或正在報失的證上：請先補發該證。',
  },
  CARD_IN_USE: {
    en: 'The copy waits on a card that is in use: lend it on that card, like any other copy.',
    'zh-Hant': '館藏保留在一張使用中的證上：請照常在該證上借出。',
  },
  ANOTHER_OPERATION_OPEN: {
    en: 'Another request for this patron, card or reservation is under way: wait until it is done, then try again.',
    'zh-Hant': '此讀者、其圖書證或此項預約另有手續正在辦理：請待其完成後再試。',
  },
  FINDING_NOT_FOUND: {
    en: 'There is no such finding, or not any more: look at the list of findings again.',
    'zh-Hant': '沒有此項不符紀錄，或已移除：請重新查閱紀錄清單。',
  },
  FINDING_NOT_OPEN: {
    en: 'This finding is closed, or the systems agree again: look at the list of findings again.',
    'zh-Hant': '此項不符紀錄已結案，或各系統已恢復一致：請重新查閱紀錄清單。',
  },
  VERSION_CONFLICT: {
    en: 'This finding has changed since you saw it: look at the list of findings again.',
    'zh-Hant': '此項不符紀錄在查閱後已有變更：請重新查閱紀錄清單。',
  },
  NOTHING_TO_REPAIR: {
    en: 'There is no automatic repair for a finding of this kind: correct what is wrong where it was recorded, and close the finding with a reason.',
    'zh-Hant': '此類不符紀錄不能自動更正：請在有關紀錄更正，然後填寫原因結案。',
  },
  NOTICE_NOT_FOUND: {
    en: 'There is no such undelivered notice, or not any more: look at the list of notices again.',
    'zh-Hant': '沒有此項未能送達的通知，或已重新發送：請重新查閱通知清單。',
  },
  NOT_FOUND: {
    en: 'There is no patron with this number: compare the number.',
    'zh-Hant': '沒有此號碼的讀者：請核對號碼。',
  },
  NOT_CERTAIN_YET: {
    en: 'A request of this operation may still be on its way, or a part of it is not settled: try again later.',
    'zh-Hant': '此項手續可能仍有要求在傳送中，或有部分未有結果：請稍後再試。',
  },
  OPERATION_OF_OTHER_SYSTEM: {
    en: 'This operation is not in circulation, and settles once its own system shows the outcome: ask the operators why it does not, and leave the finding open.',
    'zh-Hant': '此項手續不屬流通系統，待所屬系統顯示結果後便會了結：請向系統管理員查詢，並保留此項紀錄。',
  },
  GIVEN_UP: {
    en: 'This operation could not be completed, and a colleague closed it: do it again, if it is still wanted.',
    'zh-Hant': '此項手續未能完成，已由同事結案：如仍有需要，請重新辦理。',
  },
  INVALID: {
    en: "A value that was given is impossible, or the library can't store it: read the card again, or correct the input.",
    'zh-Hant': '所提供的資料不正確，或系統不能儲存：請重新讀取證件，或更正所填資料。',
  },
} as const satisfies Readonly<Record<ProblemCode, Text>>;
