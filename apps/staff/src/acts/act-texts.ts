import { createTexts } from '@patron-graph/ui';

export const actTexts = createTexts({
  close: { en: 'Close', 'zh-Hant': '關閉' },
  print: { en: 'Print', 'zh-Hant': '列印' },
  cancel: { en: 'Cancel', 'zh-Hant': '取消' },
  mayClose: {
    en: 'You may close this. You find it again under the patron’s operations.',
    'zh-Hant': '你可以關閉此視窗，日後可在讀者的辦理紀錄中查閱。',
  },
});
