import { createTexts } from '@patron-graph/ui';

export const operationTexts = createTexts({
  title: { en: 'Operations', 'zh-Hant': '辦理紀錄' },
  hint: {
    en: 'What became of something that was asked for at a desk, a station, on the web or by telephone. Each search is recorded.',
    'zh-Hant': '查詢櫃位、自助服務站、網上或電話辦理事項的結果。每次查詢都會記錄。',
  },
  by: { en: 'Find by', 'zh-Hant': '查找方式' },
  code: { en: 'Short code', 'zh-Hant': '編碼' },
  codeHint: { en: 'Eight letters and digits, as read out.', 'zh-Hant': '八個英文字母及數字。' },
  reference: { en: 'Reference', 'zh-Hant': '參考編號' },
  referenceHint: { en: 'As the calling program made it.', 'zh-Hant': '由發出要求的程式編製。' },
  patronId: { en: 'Patron number', 'zh-Hant': '讀者編號' },
  patronIdHint: { en: 'As in P0000001.', 'zh-Hant': '例如 P0000001。' },
  find: { en: 'Find', 'zh-Hant': '查找' },
  unsettled: { en: 'All that are not settled', 'zh-Hant': '所有尚待確定的事項' },
  found: { en: 'Operations found', 'zh-Hant': '查找結果' },
  NEWEST_FIRST: { en: 'Newest first', 'zh-Hant': '最新的排先' },
  OLDEST_FIRST: { en: 'Oldest first', 'zh-Hant': '最舊的排先' },
  none: { en: 'No such operation was found.', 'zh-Hant': '找不到辦理紀錄。' },
  operation: { en: 'Operation', 'zh-Hant': '事項' },
  outcome: { en: 'Outcome', 'zh-Hant': '結果' },
  patron: { en: 'Patron', 'zh-Hant': '讀者' },
  about: { en: 'Copy, card, asked by', 'zh-Hant': '館藏、證件、提出者' },
  requested: { en: 'Asked for', 'zh-Hant': '提出時間' },
  result: { en: 'Result', 'zh-Hant': '詳情' },
  dueOn: { en: (day: string) => `due ${day}`, 'zh-Hant': (day: string) => `到期日 ${day}` },
  again: { en: 'Ask again', 'zh-Hant': '再查詢' },
  settling: {
    en: 'One of these is not settled yet. It is asked for again until it is.',
    'zh-Hant': '有事項尚待確定，會自動再查詢。',
  },
});
