import { createTexts } from '@patron-graph/ui';

export const catalogueTexts = createTexts({
  title: { en: 'Catalogue', 'zh-Hant': '館藏目錄' },
  search: { en: 'Title, or part of it', 'zh-Hant': '題名' },
  hint: {
    en: 'At least two letters, or one Chinese character.',
    'zh-Hant': '可輸入題名的任何部分：一個中文字，或最少兩個字母。',
  },
  find: { en: 'Search', 'zh-Hant': '搜尋' },
  tooShort: {
    en: 'Enter at least two letters, or one Chinese character.',
    'zh-Hant': '請輸入一個中文字，或最少兩個字母。',
  },
  found: {
    en: (count: number) => (count === 1 ? '1 title found' : `${count} titles found`),
    'zh-Hant': (count: number) => `找到 ${count} 種`,
  },
  incomplete: {
    en: 'There are too many results to show. Enter more of the title.',
    'zh-Hant': '結果過多，未能全部顯示。請輸入更多字詞。',
  },
  none: { en: 'No title contains this text.', 'zh-Hant': '沒有題名包含此文字。' },
  onShelf: {
    en: (available: number, copies: number) => `${available} of ${copies} copies on the shelf`,
    'zh-Hant': (available: number, copies: number) =>
      available === 0 ? `館藏 ${copies} 本，現無在架` : `館藏 ${copies} 本，${available} 本在架`,
  },
  byBranch: {
    en: (title: string) => `Copies of ${title} by branch`,
    'zh-Hant': (title: string) => `${title}各分館館藏`,
  },
  queueLength: {
    en: (count: number) => (count === 1 ? '1 reader is waiting.' : `${count} readers are waiting.`),
    'zh-Hant': (count: number) => `有 ${count} 位讀者輪候。`,
  },
  nextDue: {
    en: (day: string) => `The next copy is due on ${day}.`,
    'zh-Hant': (day: string) => `最早一本於 ${day} 到期。`,
  },
  onlyOverdue: {
    en: 'The copies on loan are overdue, so it is not known when one comes back.',
    'zh-Hant': '借出的館藏已經逾期，未能預計何時歸還。',
  },
  copies: { en: 'Copies by branch', 'zh-Hant': '各分館館藏' },
  branch: { en: 'Branch', 'zh-Hant': '分館' },
  otherBranch: { en: 'Another branch', 'zh-Hant': '其他分館' },
  shelf: { en: 'On the shelf', 'zh-Hant': '在架' },
  all: { en: 'All', 'zh-Hant': '總數' },
  callNumber: { en: 'Call number', 'zh-Hant': '索書號' },
  reserve: { en: 'Reserve', 'zh-Hant': '預約' },
  reserveTitle: { en: (title: string) => `Reserve ${title}`, 'zh-Hant': (title: string) => `預約${title}` },
  pickup: { en: 'Pick-up branch', 'zh-Hant': '取書分館' },
  cancel: { en: 'Not now', 'zh-Hant': '暫不預約' },
  reserved: {
    en: (branch: string) => `Reserved. Pick-up branch: ${branch}.`,
    'zh-Hant': (branch: string) => `已經預約，取書分館：${branch}。`,
  },
  queuePosition: {
    en: (position: number) => `You are number ${position} in the queue.`,
    'zh-Hant': (position: number) => `你輪候第 ${position} 位。`,
  },
  signIn: { en: 'Sign in to reserve', 'zh-Hant': '登入後預約' },
  signInFor: {
    en: (title: string) => `Sign in to reserve ${title}`,
    'zh-Hant': (title: string) => `登入後預約${title}`,
  },
});
