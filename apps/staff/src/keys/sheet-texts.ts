import { createTexts } from '@patron-graph/ui';

export const sheetTexts = createTexts({
  everywhere: { en: 'On every page', 'zh-Hant': '任何頁面' },
  atDesk: { en: 'At the desk', 'zh-Hant': '櫃位' },
  find: {
    en: 'Find a patron, a copy or an operation',
    'zh-Hant': '查找讀者、館藏或辦理紀錄',
  },
  sheet: { en: 'Show these keys', 'zh-Hant': '顯示快捷鍵' },
  lend: { en: 'Lend scanned copies', 'zh-Hant': '借出所掃描的館藏' },
  takeBack: { en: 'Take back scanned copies', 'zh-Hant': '歸還所掃描的館藏' },
  smartId: { en: 'Enter a smart identity card by hand', 'zh-Hant': '輸入智能身份證' },
  renewAll: { en: 'Renew all loans of the patron', 'zh-Hant': '為讀者續借全部館藏' },
  slip: { en: 'Slip for the last copy that needs one', 'zh-Hant': '為最近一項館藏列印字條' },
  whole: { en: 'The patron’s page', 'zh-Hant': '讀者全覽' },
  end: {
    en: 'Clear the field. If it is empty, end the session.',
    'zh-Hant': '清除輸入；如沒有輸入，結束此證的辦理',
  },
});
