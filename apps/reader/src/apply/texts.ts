import { createTexts } from '@patron-graph/ui';

export const applyTexts = createTexts({
  title: { en: 'Apply for a card', 'zh-Hant': '申請證件' },
  unregistered: {
    en: 'For anyone without a library card. If you have one, sign in first.',
    'zh-Hant': '適用於未有圖書館證件的人士。如已有證件，請先登入。',
  },
  reader: {
    en: 'For a kind of card that you don’t have yet. The document and the date of birth must be the same as in your record.',
    'zh-Hant': '適用於你尚未持有的證件。證件號碼及出生日期必須與讀者紀錄相同。',
  },
  send: { en: 'Send the application', 'zh-Hant': '遞交申請' },
  received: { en: 'Your application was received', 'zh-Hant': '已收到你的申請' },
  receipt: { en: 'Receipt', 'zh-Hant': '收據編號' },
  receiptText: {
    en: 'Keep this receipt. You need it to check your application. It is shown only once, and anyone who has it can see the status of your application.',
    'zh-Hant': '請保存此收據編號，以便查詢申請進度。編號只在此顯示一次；持有編號的人均可查詢進度。',
  },
  whereProgress: { en: 'Check the application later', 'zh-Hant': '日後查詢進度' },
  print: { en: 'Print', 'zh-Hant': '列印' },
});
