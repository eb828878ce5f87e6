import { createTexts } from '@patron-graph/ui';

/** The texts about items that a reader borrows, returns and renews. */
export const itemTexts = createTexts({
  itemNumber: { en: 'Item number', 'zh-Hant': '館藏號碼' },
  itemNumberHint: {
    en: 'Scan the items one by one, or type the 14 digits.',
    'zh-Hant': '逐一掃描館藏，或輸入 14 位數字。',
  },
  add: { en: 'Add', 'zh-Hant': '加入' },
  notAnItem: {
    en: 'This is not the number of an item. It has 14 digits and begins with 3. Scan it again.',
    'zh-Hant': '這不是館藏號碼。館藏號碼為 14 位數字，以 3 開首。請再掃描。',
  },
  scannedTwice: { en: 'This item is already being processed.', 'zh-Hant': '此館藏正在處理中。' },
  tooManyItems: {
    en: 'Please finish first, then continue with the rest.',
    'zh-Hant': '請先完成，然後再處理其餘館藏。',
  },
  nothingYet: { en: 'Nothing scanned yet.', 'zh-Hant': '尚未掃描館藏。' },
  items: { en: 'Your items', 'zh-Hant': '館藏' },
  item: { en: (number: string) => `Item ${number}`, 'zh-Hant': (number: string) => `館藏 ${number}` },

  waiting: { en: 'Waiting', 'zh-Hant': '等候中' },
  sent: { en: 'Being recorded…', 'zh-Hant': '記錄中…' },
  borrowedUntil: {
    en: (day: string) => `Borrowed. Due on ${day}`,
    'zh-Hant': (day: string) => `已借閱，到期日 ${day}`,
  },
  borrowed: { en: 'Borrowed', 'zh-Hant': '已借閱' },
  notBorrowed: { en: 'Not borrowed', 'zh-Hant': '未能借閱' },
  hadAlready: {
    en: (day: string) => `You already have this item. Due on ${day}`,
    'zh-Hant': (day: string) => `你已借閱此館藏，到期日 ${day}`,
  },
  borrowUnsettled: {
    en: 'Recorded, and being processed. It is not certain yet that it is lent to you: please wait with this item.',
    'zh-Hant': '已記錄，正在處理。暫未確定是否已借出：請保留此館藏稍候。',
  },
  borrowToStaff: {
    en: 'Recorded, and still being processed. Please take this item to a member of staff, and give the code.',
    'zh-Hant': '已記錄，仍在處理。請把此館藏交給職員，並告知編碼。',
  },
  borrowUnknown: {
    en: 'There was no answer, so it is not certain that it is lent to you. Please take this item to a member of staff.',
    'zh-Hant': '沒有回應，未能確定是否已借出。請把此館藏交給職員。',
  },
  borrowNotSent: {
    en: 'Not recorded: this item is not lent. Scan it again to borrow it.',
    'zh-Hant': '未有記錄：此館藏尚未借出。如要借閱，請再掃描。',
  },
  takesLong: {
    en: 'No answer yet. If you don’t want to wait, please take this item to a member of staff.',
    'zh-Hant': '尚未有回應。如不欲等候，請把此館藏交給職員。',
  },
  toStaff: { en: 'Please take this item to a member of staff.', 'zh-Hant': '請把此館藏交給職員。' },

  returned: { en: 'Returned. Thank you', 'zh-Hant': '已歸還，多謝' },
  returnedToShelf: {
    en: 'Returned. Another reader is waiting for it: please put it on the shelf for reserved items',
    'zh-Hant': '已歸還。另有讀者預約：請放在預約架上',
  },
  returnedToBranch: {
    en: (branch: string) => `Returned. It goes to ${branch}: please put it on the shelf for other branches`,
    'zh-Hant': (branch: string) => `已歸還。此館藏須送往${branch}：請放在轉送架上`,
  },
  notReturned: { en: 'Not returned', 'zh-Hant': '未能歸還' },
  returnUnsettled: {
    en: 'Taken, and being processed. You may leave this item here.',
    'zh-Hant': '已收下，正在處理。你可放下此館藏。',
  },
  returnUnknown: {
    en: 'There was no answer, so it is not certain that the return is recorded. Scan it again, or give it to a member of staff.',
    'zh-Hant': '沒有回應，未能確定歸還是否已記錄。請再掃描，或交給職員。',
  },
  returnNotSent: {
    en: 'Not recorded: this item is not returned. Scan it again, or give it to a member of staff.',
    'zh-Hant': '未有記錄：此館藏尚未歸還。請再掃描，或交給職員。',
  },

  moreBelow: { en: 'More items below', 'zh-Hant': '下面還有館藏' },
  code: { en: (code: string) => `Code ${code}`, 'zh-Hant': (code: string) => `編碼 ${code}` },
  counts: {
    en: (done: number, open: number) => `${done} done${open === 0 ? '' : `, ${open} under way`}`,
    'zh-Hant': (done: number, open: number) => `完成 ${done} 項${open === 0 ? '' : `，處理中 ${open} 項`}`,
  },

  pin: { en: 'PIN', 'zh-Hant': '密碼' },
  pinHint: { en: '4 to 8 digits.', 'zh-Hant': '4 至 8 位數字。' },
  showLoans: { en: 'Show my loans', 'zh-Hant': '顯示借閱項目' },
  readingLoans: { en: 'Reading your loans…', 'zh-Hant': '正在讀取借閱項目…' },
  loans: { en: 'Your loans', 'zh-Hant': '你的借閱項目' },
  noLoans: { en: 'You have nothing on loan.', 'zh-Hant': '你沒有借閱項目。' },
  moreLoans: {
    en: (count: number) => `These are the 50 due soonest, of ${count}.`,
    'zh-Hant': (count: number) => `共 ${count} 項，以下為最早到期的 50 項。`,
  },
  dueOn: { en: (day: string) => `Due on ${day}`, 'zh-Hant': (day: string) => `到期日 ${day}` },
  overdue: { en: 'Overdue', 'zh-Hant': '已逾期' },
  renewAll: { en: 'Renew all', 'zh-Hant': '全部續借' },
  renewOne: { en: (title: string) => `Renew ${title}`, 'zh-Hant': (title: string) => `續借 ${title}` },
  renew: { en: 'Renew', 'zh-Hant': '續借' },
  renewing: { en: 'Renewing…', 'zh-Hant': '續借中…' },
  renewedUntil: {
    en: (day: string) => `Renewed. Due on ${day}`,
    'zh-Hant': (day: string) => `已續借，到期日 ${day}`,
  },
  notRenewed: { en: 'Not renewed', 'zh-Hant': '未能續借' },
  renewUnsettled: {
    en: 'Recorded, and being processed. Nothing will be renewed twice.',
    'zh-Hant': '已記錄，正在處理，不會重複續借。',
  },
  renewUnknown: {
    en: 'There was no answer, so it is not certain what was renewed. Show your loans again to see the due dates.',
    'zh-Hant': '沒有回應，未能確定續借結果。請再次顯示借閱項目以查看到期日。',
  },
  loansNotRead: { en: 'Your loans can’t be shown', 'zh-Hant': '未能顯示借閱項目' },
});
