import { createTexts } from '@patron-graph/ui';

export const requestsTexts = createTexts({
  title: { en: 'What became of what you asked for', 'zh-Hant': '辦理記錄' },
  about: {
    en: 'What you have asked for in this tab, the latest first. With the code, staff find it at a counter or by telephone.',
    'zh-Hant': '你在此分頁辦理的事項，最新的在前。職員可憑編碼在櫃位或電話中查詢。',
  },
  list: { en: 'Requests', 'zh-Hant': '事項' },
  none: { en: 'You have asked for nothing in this tab yet.', 'zh-Hant': '你尚未在此分頁辦理任何事項。' },
  code: { en: 'Code', 'zh-Hant': '編碼' },
  codeHint: { en: 'Eight letters and digits', 'zh-Hant': '八個字母及數字' },
  noneWithCode: { en: 'None of these has this code.', 'zh-Hant': '沒有此編碼的事項。' },
  gone: { en: 'Not kept any more', 'zh-Hant': '記錄已不保留' },
  notArrived: {
    en: 'It had no answer, and has not arrived at the library so far.',
    'zh-Hant': '未有回應，圖書館暫未收到此項。',
  },
  askedAt: { en: (time: string) => `Asked for ${time}`, 'zh-Hant': (time: string) => `辦理時間：${time}` },
  settledAt: { en: (time: string) => `settled ${time}`, 'zh-Hant': (time: string) => `確定時間：${time}` },
  DONE: { en: 'Done', 'zh-Hant': '已辦妥' },
  REFUSED: { en: 'Not done', 'zh-Hant': '未能辦理' },
  UNSETTLED: { en: 'Not settled yet', 'zh-Hant': '尚待確定' },
  RENEW_LOAN: { en: 'Renew a loan', 'zh-Hant': '續借' },
  RENEW_LOANS: { en: 'Renew loans', 'zh-Hant': '續借多項' },
  RENEW_ALL_LOANS: { en: 'Renew all loans', 'zh-Hant': '全部續借' },
  PLACE_HOLD: { en: 'Reserve a title', 'zh-Hant': '預約' },
  CANCEL_HOLD: { en: 'Cancel a reservation', 'zh-Hant': '取消預約' },
  REPORT_LOSS: { en: 'Report a loss', 'zh-Hant': '報失證件' },
  DISCONTINUE_SMART_ID: { en: 'End the use of a card', 'zh-Hant': '終止證件用途' },
  SET_PIN: { en: 'Set a PIN', 'zh-Hant': '設定密碼' },
  AMEND_CONTACT: { en: 'Change contact details', 'zh-Hant': '更改聯絡資料' },
  other: { en: 'Another request', 'zh-Hant': '其他事項' },
});
