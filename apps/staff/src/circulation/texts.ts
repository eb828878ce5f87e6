import { createTexts } from '@patron-graph/ui';

export const circulationTexts = createTexts({
  overdue: { en: 'Overdue', 'zh-Hant': '逾期' },
  overdueList: { en: 'Overdue loans', 'zh-Hant': '逾期項目' },
  SOONEST_DUE_FIRST: { en: 'Longest overdue first', 'zh-Hant': '逾期最久的排先' },
  LATEST_DUE_FIRST: { en: 'Latest overdue first', 'zh-Hant': '最近逾期的排先' },
  MOST_URGENT_FIRST: { en: 'Most urgent first', 'zh-Hant': '最急的排先' },
  LEAST_URGENT_FIRST: { en: 'Least urgent first', 'zh-Hant': '最不急的排先' },
  '1': { en: 'A day or more', 'zh-Hant': '一日或以上' },
  '8': { en: 'More than a week', 'zh-Hant': '超過一星期' },
  '31': { en: 'More than 30 days', 'zh-Hant': '超過 30 日' },
  '91': { en: 'More than 90 days', 'zh-Hant': '超過 90 日' },
  noOverdue: { en: 'Nothing is overdue.', 'zh-Hant': '沒有逾期項目。' },
  due: { en: 'Due', 'zh-Hant': '到期日' },
  overdueFor: {
    en: (days: number) => (days === 1 ? '1 day' : `${days} days`),
    'zh-Hant': (days: number) => `${days} 日`,
  },
  overdueSince: { en: 'Overdue for', 'zh-Hant': '逾期' },
  item: { en: 'Copy', 'zh-Hant': '館藏' },
  owner: { en: 'Belongs to', 'zh-Hant': '所屬分館' },
  patron: { en: 'Patron', 'zh-Hant': '讀者' },
  card: { en: 'Card', 'zh-Hant': '圖書證號碼' },
  asOf: {
    en: (time: string) => `Up to date to ${time}`,
    'zh-Hant': (time: string) => `資料截至 ${time}`,
  },
  isBehind: {
    en: 'This list does not show the last few minutes yet.',
    'zh-Hant': '此清單尚未包括過去數分鐘的事項。',
  },
  incomplete: {
    en: 'Entries without a change in the last 90 days are not in the list yet.',
    'zh-Hant': '清單尚未包括過去 90 天沒有變動的項目。',
  },
  incompleteUntil: {
    en: (time: string) =>
      `Entries without a change in the last 90 days are not in the list yet. They should be by ${time}.`,
    'zh-Hant': (time: string) => `清單尚未包括過去 90 天沒有變動的項目，預計 ${time} 完成。`,
  },
  holdShelf: { en: 'Hold shelf', 'zh-Hant': '預約架' },
  copiesToFetch: { en: 'Copies to fetch', 'zh-Hant': '待取館藏' },
  toDo: { en: 'To do', 'zh-Hant': '待辦' },
  TO_FETCH: { en: 'Fetch from the shelves', 'zh-Hant': '從書架取書' },
  READY: { en: 'Ready to collect', 'zh-Hant': '待讀者領取' },
  LAPSING: { en: 'Clear away today or tomorrow', 'zh-Hant': '今明兩日下架' },
  noHolds: { en: 'Nothing to do here.', 'zh-Hant': '沒有待辦項目。' },
  titleOfHold: { en: 'Title', 'zh-Hant': '書名' },
  until: { en: 'Until', 'zh-Hant': '保留至' },
  placed: { en: 'Reserved', 'zh-Hant': '預約日期' },
  shelfMark: { en: 'Shelf mark', 'zh-Hant': '索書號' },
  copy: { en: 'Copy', 'zh-Hant': '館藏編號' },
  sendTo: { en: 'Pick-up branch', 'zh-Hant': '取書分館' },
  moreToFetch: {
    en: 'The list may be incomplete. More copies appear as these are fetched.',
    'zh-Hant': '清單或未完整：取書後會繼續列出其餘項目。',
  },
});
