import { createTexts } from '@patron-graph/ui';

export const branchTexts = createTexts({
  label: { en: 'You work at', 'zh-Hant': '工作地點' },
  notAtBranch: { en: 'Not at a branch', 'zh-Hant': '不在分館' },
  choose: { en: 'Choose…', 'zh-Hant': '請選擇' },
  noBranches: {
    en: 'This library has not listed its branches. Type the code of yours, as in HKCL.',
    'zh-Hant': '本圖書館未有列出分館。請輸入你的分館編碼，例如 HKCL。',
  },
});
