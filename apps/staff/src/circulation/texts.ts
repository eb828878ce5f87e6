import { createTexts } from '@patron-graph/ui';

export const circulationTexts = createTexts({
  overdue: { en: 'Overdue', 'zh-Hant': '逾期' },
  overdueList: { en: 'Overdue loans, the longest first', 'zh-Hant': '逾期項目，最久的排先' },
  noOverdue: { en: 'Nothing is overdue.', 'zh-Hant': '沒有逾期項目。' },
  due: { en: 'Due', 'zh-Hant': '到期日' },
  overdueFor: {
    en: (days: number) => (days === 1 ? '1 day' : `${days} days`),
    'zh-Hant': (days: number) => `${days} 日`,
  },
  overdueSince: { en: 'Overdue for', 'zh-Hant': '逾期' },
  item: { en: 'Item', 'zh-Hant': '館藏' },
  owner: { en: 'Belongs to', 'zh-Hant': '所屬分館' },
  patron: { en: 'Patron', 'zh-Hant': '讀者' },
  card: { en: 'On card', 'zh-Hant': '圖書證號碼' },
  asOf: {
    en: (time: string) => `Has everything up to ${time}`,
    'zh-Hant': (time: string) => `資料截至 ${time}`,
  },
  isBehind: {
    en: 'This list lacks what happened in the last minutes.',
    'zh-Hant': '此清單尚未包括過去數分鐘的事項。',
  },
  incomplete: {
    en: 'What nobody touched for 90 days is not in the list yet.',
    'zh-Hant': '清單尚未包括九十天內沒有變動的項目。',
  },
  incompleteUntil: {
    en: (time: string) => `What nobody touched for 90 days is not in the list yet: about until ${time}.`,
    'zh-Hant': (time: string) => `清單尚未包括九十天內沒有變動的項目，預計 ${time} 完成。`,
  },
  holdShelf: { en: 'Hold shelf', 'zh-Hant': '預約架' },
  toDo: { en: 'What is to be done', 'zh-Hant': '待辦' },
  TO_FETCH: { en: 'Fetch from the shelves', 'zh-Hant': '從書架取書' },
  READY: { en: 'Waits to be collected', 'zh-Hant': '待讀者領取' },
  LAPSING: { en: 'Clear away today or tomorrow', 'zh-Hant': '今明兩日下架' },
  noHolds: { en: 'Nothing is to be done here.', 'zh-Hant': '沒有待辦項目。' },
  titleOfHold: { en: 'Title', 'zh-Hant': '書名' },
  until: { en: 'Until', 'zh-Hant': '保留至' },
  placed: { en: 'Placed', 'zh-Hant': '預約日期' },
  shelfMark: { en: 'Shelf mark', 'zh-Hant': '索書號' },
  copy: { en: 'Copy', 'zh-Hant': '館藏編號' },
  sendTo: { en: 'Collected at', 'zh-Hant': '領取分館' },
  moreToFetch: {
    en: 'These may not be all: the list goes on as copies are fetched.',
    'zh-Hant': '清單或未完整：取書後會繼續列出其餘項目。',
  },
});
