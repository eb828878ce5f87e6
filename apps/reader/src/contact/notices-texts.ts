import { createTexts } from '@patron-graph/ui';

export const noticesTexts = createTexts({
  title: { en: 'Notices', 'zh-Hant': '圖書館通知' },
  about: {
    en: 'You can switch off these reminders. The library always sends notices about overdue items, your cards, your contact details and your applications.',
    'zh-Hant': '你可以關閉以下提示。有關逾期館藏、證件、聯絡資料及申請的通知必會發出。',
  },
  language: { en: 'Language', 'zh-Hant': '通知語言' },
  noLanguage: { en: 'Both languages', 'zh-Hant': '中英對照' },
  LOAN_DUE_IN_3_DAYS: { en: 'A loan is due in three days', 'zh-Hant': '借閱項目三日後到期' },
  LOAN_DUE_IN_1_DAY: { en: 'A loan is due tomorrow', 'zh-Hant': '借閱項目明日到期' },
  LOAN_OVERDUE: { en: 'A loan is overdue', 'zh-Hant': '借閱項目逾期' },
  HOLD_READY: { en: 'A reserved copy is ready to collect', 'zh-Hant': '預約館藏可供領取' },
  HOLD_LAPSING: {
    en: 'A reserved copy must be collected by tomorrow',
    'zh-Hant': '預約館藏須於明日或之前領取',
  },
  CARD_ISSUED: { en: 'A card was issued to you', 'zh-Hant': '已獲發證件' },
  APPLICATION_DECIDED: { en: 'Your application was decided', 'zh-Hant': '申請已有結果' },
  LOSS_REPORTED: { en: 'Your card was reported lost', 'zh-Hant': '證件已經報失' },
  PIN_CHANGED: { en: 'Your PIN was set', 'zh-Hant': '密碼已經設定' },
  CONTACT_CHANGED: { en: 'Your contact details were changed', 'zh-Hant': '聯絡資料已經更改' },
  CHARGE_RAISED: { en: 'You were charged for something', 'zh-Hant': '圖書館向你收取費用' },
  PAYMENT_RECEIVED: { en: 'A payment was received', 'zh-Hant': '已經收到付款' },
  PAYMENT_REFUNDED: { en: 'A payment was refunded', 'zh-Hant': '款項已經退還' },
  save: { en: 'Save notices', 'zh-Hant': '儲存通知設定' },
  saved: { en: 'Your notice settings are saved.', 'zh-Hant': '通知設定已經儲存。' },
});
