import { createTexts } from '@patron-graph/ui';

export const contactTexts = createTexts({
  title: { en: 'Contact details', 'zh-Hant': '聯絡資料' },
  fields: { en: 'How the library reaches you', 'zh-Hant': '圖書館如何聯絡你' },
  proven: { en: 'You have shown proof of this address.', 'zh-Hant': '已出示此地址的住址證明。' },
  notProven: {
    en: 'You have not shown proof of this address yet. Please show it at a counter.',
    'zh-Hant': '尚未出示此地址的住址證明，請到櫃位出示。',
  },
  ifChanged: {
    en: 'If you change the address, show proof of the new one at a counter.',
    'zh-Hant': '更改地址後，請到櫃位出示新的住址證明。',
  },
  save: { en: 'Save', 'zh-Hant': '儲存' },
  nothing: { en: 'Nothing was changed.', 'zh-Hant': '沒有更改。' },
  saved: { en: 'Your contact details are saved.', 'zh-Hant': '聯絡資料已經儲存。' },
  conflict: { en: 'Your record was changed in the meantime', 'zh-Hant': '你的紀錄已被更改' },
  conflictText: {
    en: 'Nothing was overwritten. Refresh the details. What you typed will then be lost.',
    'zh-Hant': '沒有覆寫任何資料。請重新讀取；你已填寫的內容將不會保留。',
  },
  readAgain: { en: 'Refresh', 'zh-Hant': '重新整理' },
});
