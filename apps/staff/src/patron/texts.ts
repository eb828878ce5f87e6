import { createTexts } from '@patron-graph/ui';

export const patronTexts = createTexts({
  patron: { en: (id: string) => `Patron ${id}`, 'zh-Hant': (id: string) => `讀者 ${id}` },
  readAgain: { en: 'Refresh', 'zh-Hant': '重新整理' },
  nameNotKnown: { en: 'Name not available', 'zh-Hant': '暫時未能得知姓名' },

  standing: { en: 'Standing', 'zh-Hant': '借閱資格' },
  status: { en: 'Status', 'zh-Hant': '狀況' },
  mayBorrow: { en: 'May borrow now', 'zh-Hant': '現時可以借閱' },
  mayNotBorrow: { en: 'May not borrow now', 'zh-Hant': '現時不能借閱' },
  registeredOn: { en: 'Registered on', 'zh-Hant': '登記日期' },
  number: { en: 'Number to use (telephone, web)', 'zh-Hant': '電話及網上使用的號碼' },
  noCardInUse: { en: 'No card in use', 'zh-Hant': '沒有使用中的證' },

  cards: { en: 'Cards', 'zh-Hant': '證件' },
  noCards: { en: 'The patron has never had a card.', 'zh-Hant': '讀者從未持有任何證。' },
  card: { en: 'Card', 'zh-Hant': '證' },
  dates: { en: 'Dates', 'zh-Hant': '日期' },
  issuedOn: { en: (day: string) => `Issued ${day}`, 'zh-Hant': (day: string) => `${day} 發出` },
  closedOn: { en: (day: string) => `ended ${day}`, 'zh-Hant': (day: string) => `${day} 終止` },
  dateOfIssue: {
    en: (day: string) => `card dated ${day}`,
    'zh-Hant': (day: string) => `身份證簽發日期 ${day}`,
  },
  printedOn: {
    en: (day: string) => `information card printed ${day}`,
    'zh-Hant': (day: string) => `${day} 列印資料卡`,
  },
  itemsOut: { en: 'On loan', 'zh-Hant': '借出' },
  acts: { en: 'What to do', 'zh-Hant': '辦理' },
  lendOnIt: { en: 'Lend', 'zh-Hant': '借出館藏' },

  charges: { en: 'Charges', 'zh-Hant': '欠款' },
  noCharges: { en: 'Nothing is owed.', 'zh-Hant': '沒有欠款。' },
  noListedCharges: { en: 'Nothing is listed here.', 'zh-Hant': '此處沒有列出欠款。' },
  chargesDiffer: {
    en: 'What was paid may still be listed until tomorrow. Printing, room hire and the like are only in the sum.',
    'zh-Hant': '已繳付的款項可能到明天仍會列出。列印、租用場地等費用只計入合計。',
  },
  chargeFor: { en: 'For', 'zh-Hant': '項目' },
  amount: { en: 'Amount', 'zh-Hant': '金額' },
  since: { en: 'Since', 'zh-Hant': '自' },
  owed: { en: (sum: string) => `${sum} in all`, 'zh-Hant': (sum: string) => `合共 ${sum}` },

  applications: { en: 'Applications', 'zh-Hant': '申請' },
  noApplications: { en: 'No application.', 'zh-Hant': '沒有申請。' },
  application: { en: 'Application', 'zh-Hant': '申請' },
  wants: { en: 'For', 'zh-Hant': '申請項目' },
  submittedAt: { en: 'Received', 'zh-Hant': '收到' },
  channel: { en: 'How', 'zh-Hant': '途徑' },

  operations: { en: 'Operations', 'zh-Hant': '辦理紀錄' },
  operationsHint: {
    en: 'Everything requested for this patron, by anyone. Opening the list is recorded, and the patron can see this in the access log.',
    'zh-Hant': '任何人為此讀者辦理的事項。查閱會記錄在案，讀者可在查閱紀錄看到。',
  },
  showOperations: { en: 'Show the operations', 'zh-Hant': '顯示辦理紀錄' },
  noOperations: { en: 'Nothing in the last 30 days.', 'zh-Hant': '過去 30 天沒有紀錄。' },
  operation: { en: 'Operation', 'zh-Hant': '事項' },
  outcome: { en: 'Outcome', 'zh-Hant': '結果' },
  requestedAt: { en: 'Requested', 'zh-Hant': '提出' },
  code: { en: 'Code', 'zh-Hant': '編碼' },

  accessLog: { en: 'Who has looked', 'zh-Hant': '查閱紀錄' },
  showAccessLog: { en: 'Show who has looked', 'zh-Hant': '顯示查閱紀錄' },
  showNames: { en: 'Show names', 'zh-Hant': '顯示姓名' },
  why: { en: 'Why', 'zh-Hant': '原因' },
  noAccesses: { en: 'Nobody has looked.', 'zh-Hant': '沒有紀錄。' },
  what: { en: 'What', 'zh-Hant': '事項' },
  who: { en: 'Who', 'zh-Hant': '何人' },
  when: { en: 'When', 'zh-Hant': '時間' },
});
