import { createTexts } from '@patron-graph/ui';

export const findingTexts = createTexts({
  title: { en: 'Findings', 'zh-Hant': '不符紀錄' },
  hint: {
    en: 'Records on which the library’s systems disagree. Each look at this list is recorded. A finding leaves the list when the systems agree again, or when you close it and give a reason.',
    'zh-Hant':
      '圖書館各系統之間不相符的紀錄。每次查閱都會記錄。各系統恢復一致，或你註明原因結案後，紀錄便會移除。',
  },
  none: { en: 'All systems agree.', 'zh-Hant': '各系統的紀錄全部相符。' },
  noSuch: { en: 'There is no such finding.', 'zh-Hant': '沒有此類不符紀錄。' },
  toDo: { en: 'Open or in hand', 'zh-Hant': '待處理及處理中' },
  OLDEST_FOUND_FIRST: { en: 'Oldest first', 'zh-Hant': '最早的排先' },
  LATEST_FOUND_FIRST: { en: 'Newest first', 'zh-Hant': '最新的排先' },
  readAgain: { en: 'Refresh', 'zh-Hant': '重新整理' },
  kind: { en: 'Finding', 'zh-Hant': '不符之處' },
  found: { en: 'Found', 'zh-Hant': '發現時間' },
  about: { en: 'About', 'zh-Hant': '有關' },
  evidence: { en: 'Evidence', 'zh-Hant': '依據' },
  state: { en: 'Status', 'zh-Hant': '狀況' },
  acts: { en: 'Action', 'zh-Hant': '處理' },
  lent: {
    en: (day: string, byDesk: boolean) => `lent on ${day}${byDesk ? ' at a desk' : ''}`,
    'zh-Hant': (day: string, byDesk: boolean) => `${day} ${byDesk ? '在櫃位' : ''}借出`,
  },
  acknowledge: { en: 'Take it in hand', 'zh-Hant': '由我處理' },
  repair: { en: 'Repair', 'zh-Hant': '更正' },
  repaired: { en: 'Repaired.', 'zh-Hant': '已更正。' },
  close: { en: 'Close finding', 'zh-Hant': '結案' },
  closeText: {
    en: 'It leaves this list and is not opened again.',
    'zh-Hant': '結案後紀錄會從清單移除，不會再次開啟。',
  },
  reason: { en: 'Reason, for colleagues', 'zh-Hant': '原因（供同事參考）' },
  closed: { en: 'Closed.', 'zh-Hant': '已結案。' },
});
