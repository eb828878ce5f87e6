import { createTexts } from '@patron-graph/ui';
import { maxRows } from './read-rows.ts';

const count = (rows: number): string => rows.toLocaleString('en');

export const listTexts = createTexts({
  total: {
    en: (rows: number) => (rows === 1 ? '1 in all' : `${count(rows)} in all`),
    'zh-Hant': (rows: number) => `共 ${count(rows)} 項`,
  },
  patronNumber: { en: 'Patron number', 'zh-Hant': '讀者編號' },
  order: { en: 'Order', 'zh-Hant': '次序' },
  all: { en: 'All', 'zh-Hant': '全部' },
  print: { en: 'Print this page', 'zh-Hant': '列印此頁' },
  save: { en: 'Save all rows (CSV)', 'zh-Hant': '儲存全部為試算表檔' },
  saveHint: {
    en: 'Everybody on the list is opened for it, which their access logs show.',
    'zh-Hant': '會開啟清單上每位讀者的紀錄，並記入查閱紀錄。',
  },
  cancel: { en: 'Cancel', 'zh-Hant': '取消' },
  reading: {
    en: (rows: number, total: number | null) =>
      total === null ? `${count(rows)} rows are read…` : `${count(rows)} of ${count(total)} rows are read…`,
    'zh-Hant': (rows: number, total: number | null) =>
      total === null ? `已讀取 ${count(rows)} 行…` : `已讀取 ${count(total)} 行中的 ${count(rows)} 行…`,
  },
  saved: {
    en: (rows: number) => (rows === 1 ? '1 row was saved.' : `${count(rows)} rows were saved.`),
    'zh-Hant': (rows: number) => `已儲存 ${count(rows)} 行。`,
  },
  cut: {
    en: `The list is longer: a file has ${count(maxRows)} rows at most. Choose less.`,
    'zh-Hant': `清單更長：檔案最多 ${count(maxRows)} 行，請縮窄範圍。`,
  },
  partial: {
    en: 'Some values could not be read. Their cells are empty.',
    'zh-Hant': '部分資料未能讀取，有關儲存格留空。',
  },
});
