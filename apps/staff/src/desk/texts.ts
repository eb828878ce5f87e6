import { createTexts } from '@patron-graph/ui';
import type { DeskProblem } from './row.ts';

export const deskTexts = createTexts({
  title: { en: 'Desk', 'zh-Hant': '櫃位' },
  mode: { en: 'Scanned copies', 'zh-Hant': '掃描後辦理' },
  lend: { en: 'Lend (F2)', 'zh-Hant': '借出（F2）' },
  takeBack: { en: 'Take back (F4)', 'zh-Hant': '歸還（F4）' },
  scan: { en: 'Scan a card, then copies', 'zh-Hant': '先掃描證件，再掃描館藏' },
  scanCopies: { en: 'Scan copies to take back', 'zh-Hant': '掃描歸還的館藏' },
  scanHint: {
    en: 'Scan another card to serve the next patron. Esc ends the session.',
    'zh-Hant': '掃描另一張證即為下一位讀者辦理。按 Esc 結束。',
  },
  awaitsDate: {
    en: 'The identity number was read. Now enter the date of issue, day first.',
    'zh-Hant': '已讀取身份證號碼，請輸入簽發日期（日、月、年）。',
  },
  branchUnknown: {
    en: 'Returns need a branch: choose it at the top of this page. Without it, the desk cannot say which copies stay here.',
    'zh-Hant': '歸還館藏須有分館：請先在頁頂選擇工作地點，否則櫃位未能顯示哪些館藏應留在此分館。',
  },
  tone: { en: 'Play a tone when a copy is refused', 'zh-Hant': '不獲辦理時發出聲響' },
  enter: { en: 'Enter', 'zh-Hant': '輸入' },

  readSmartId: { en: 'Smart identity card… (F7)', 'zh-Hant': '智能身份證…（F7）' },
  readSmartIdTitle: { en: 'A smart identity card in hand', 'zh-Hant': '持有的智能身份證' },
  readSmartIdText: {
    en: 'If there is no card reader, type what is printed on the card.',
    'zh-Hant': '如沒有讀卡器輸入，請按證上資料填寫。',
  },
  identityNumber: { en: 'Identity number', 'zh-Hant': '身份證號碼' },
  dateOfIssue: { en: 'Date of issue', 'zh-Hant': '簽發日期' },
  useCard: { en: 'Use this card', 'zh-Hant': '使用此證' },

  reader: { en: 'Patron', 'zh-Hant': '讀者' },
  noReader: { en: 'No card is shown.', 'zh-Hant': '尚未出示證件。' },
  asking: { en: 'Looking up the card…', 'zh-Hant': '正在查核證件…' },
  noSuchCard: {
    en: 'There is no such card, or it was reported lost.',
    'zh-Hant': '圖書館沒有此證，或此證已經報失。',
  },
  needsSmartCard: {
    en: 'This is only the number of a smart identity card. To lend, read the card itself.',
    'zh-Hant': '這只是智能身份證的號碼，不能用以借出。請讀取智能身份證。',
  },
  cardNotKnown: {
    en: 'The owner of the card could not be read. You can still scan copies.',
    'zh-Hant': '暫時未能查核證件，仍可掃描館藏。',
  },
  wholePicture: { en: 'Patron’s page (F10)', 'zh-Hant': '讀者全覽（F10）' },
  takePayment: { en: 'Take a payment', 'zh-Hant': '收款' },
  endSession: { en: 'End session (Esc)', 'zh-Hant': '結束（Esc）' },
  readAgain: { en: 'Refresh', 'zh-Hant': '重新整理' },
  waitsForReader: {
    en: (title: string, branch: string) => `Ready to collect: ${title}, at ${branch}.`,
    'zh-Hant': (title: string, branch: string) => `有預約館藏待領：${title}（${branch}）。`,
  },
  takeOverText: {
    en: 'This is the replacement of a lost card. Take it over while it is in hand, then lend.',
    'zh-Hant': '這是補領的智能身份證。請先接續服務，然後借出。',
  },
  takeOver: { en: 'Take over the replacement', 'zh-Hant': '接續補領的身份證' },

  rows: { en: 'Scanned', 'zh-Hant': '已掃描' },
  noRows: { en: 'Nothing scanned yet.', 'zh-Hant': '尚未掃描。' },
  openRows: { en: 'Copies without an outcome', 'zh-Hant': '結果未明的館藏' },
  openRowsText: {
    en: 'The session ended before there was an answer. Write them down, or put the copies aside, before you sign in: leaving the page clears this list. Then scan them again: what was done already is refused, and says so.',
    'zh-Hant':
      '登入時限已過，尚未收到結果。此清單會隨頁面消失，請先記下，或把館藏另行放置，登入後再掃描：已辦妥的會顯示不獲辦理。',
  },
  copy: { en: 'Copy', 'zh-Hant': '館藏' },
  outcome: { en: 'Outcome', 'zh-Hant': '結果' },
  acts: { en: 'What to do', 'zh-Hant': '辦理' },
  underWay: {
    en: (count: number, most: number, waiting: number) => `${count} of ${most} under way, ${waiting} waiting`,
    'zh-Hant': (count: number, most: number, waiting: number) =>
      `辦理中 ${count} 項（最多 ${most} 項），等候 ${waiting} 項`,
  },
  earlier: { en: 'earlier patron', 'zh-Hant': '上一位讀者' },

  waiting: { en: 'Waiting', 'zh-Hant': '等候中' },
  sending: { en: 'Sending…', 'zh-Hant': '傳送中…' },
  unsettled: { en: 'Not settled yet', 'zh-Hant': '尚待確定' },
  unsettledText: {
    en: 'A system has not answered. Keep the copy; the outcome shows here.',
    'zh-Hant': '系統尚未回應，請保留館藏，結果會在此顯示。',
  },
  lent: { en: 'Lent', 'zh-Hant': '已借出' },
  due: { en: (day: string) => `due ${day}`, 'zh-Hant': (day: string) => `到期日 ${day}` },
  takenBack: { en: 'Taken back', 'zh-Hant': '已歸還' },
  placeUnknown: {
    en: 'Where it goes could not be read. Refresh before you put it away.',
    'zh-Hant': '未能讀取應放置的地方，請重新整理後才放置。',
  },
  refused: { en: 'Refused', 'zh-Hant': '不獲辦理' },
  failed: { en: 'No answer', 'zh-Hant': '沒有回應' },
  failedText: {
    en: 'It may have been done. Send it again: it is not done twice.',
    'zh-Hant': '可能已經辦妥。請再傳送，不會重複辦理。',
  },
  code: { en: (code: string) => `code ${code}`, 'zh-Hant': (code: string) => `編碼 ${code}` },
  sendAgain: { en: 'Send again', 'zh-Hant': '再傳送' },
  askAgain: { en: 'Refresh', 'zh-Hant': '重新整理' },
  tryAgain: { en: 'Try again', 'zh-Hant': '再試' },
  lendDespite: { en: 'Lend anyway', 'zh-Hant': '仍然借出' },
  lendDespiteText: {
    en: 'The patron owes more than the limit for borrowing. If you lend anyway, this is recorded under your name, and the patron can see it.',
    'zh-Hant': '讀者的欠款超過可借閱的上限。仍然借出會以你的名義記錄在案，讀者亦可查閱。',
  },
  doNotLend: { en: 'Do not lend', 'zh-Hant': '不借出' },
  lendHeld: { en: 'Lend on the ended card', 'zh-Hant': '在已終止的證上借出' },

  UNREADABLE: {
    en: 'This is not the number of a card or a copy.',
    'zh-Hant': '這不是證件或館藏的號碼。',
  },
  NO_CARD: { en: 'No card is shown.', 'zh-Hant': '尚未出示證件。' },
  FORBIDDEN: { en: 'Your account may not do this.', 'zh-Hant': '你的帳戶無權辦理。' },
  TOO_MANY: {
    en: 'Too many copies are waiting, so this one was not recorded.',
    'zh-Hant': '等候的館藏太多，此項未有記錄。',
  },
});

/**
 * What staff can do about a refused row, by the code of its problem. `OTHER` is for all other codes: the problem's
 * message names the reason.
 */
export const deskHints = createTexts({
  UNREADABLE: { en: 'Scan it again.', 'zh-Hant': '請重新掃描。' },
  NO_CARD: { en: 'Scan a card first.', 'zh-Hant': '請先掃描證件。' },
  FORBIDDEN: { en: 'Ask a colleague.', 'zh-Hant': '請向同事查詢。' },
  OTHER: { en: 'Ask a colleague.', 'zh-Hant': '請向同事查詢。' },
  TOO_MANY: { en: 'Scan it again later.', 'zh-Hant': '請稍後再掃描。' },
} satisfies Record<DeskProblem | 'OTHER', object>);
