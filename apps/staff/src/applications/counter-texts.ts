import { createTexts } from '@patron-graph/ui';

export const counterTexts = createTexts({
  title: { en: 'Application at the counter', 'zh-Hant': '櫃位申請' },
  newOne: { en: 'New application', 'zh-Hant': '新申請' },
  unregistered: {
    en: 'For somebody who isn’t registered. For a registered patron, begin at the patron’s page.',
    'zh-Hant': '適用於未登記人士。已登記讀者請於讀者紀錄內申請。',
  },
  registered: {
    en: 'For a card that the patron doesn’t have yet. Document and date of birth must be as registered.',
    'zh-Hant': '適用於讀者尚未持有的證件。證件號碼及出生日期必須與讀者紀錄相同。',
  },
  submit: { en: 'Hand in the application', 'zh-Hant': '遞交申請' },
  received: { en: 'The application is handed in', 'zh-Hant': '已收到申請' },
  application: { en: 'Application', 'zh-Hant': '申請' },
  code: { en: 'Code', 'zh-Hant': '編碼' },
  receipt: { en: 'Receipt for the applicant', 'zh-Hant': '申請人收據編號' },
  receiptText: {
    en: 'It is shown here once. With it the applicant asks for the progress.',
    'zh-Hant': '編號只在此顯示一次，申請人可憑此查詢進度。',
  },
  print: { en: 'Print', 'zh-Hant': '列印' },
  another: { en: 'Another application', 'zh-Hant': '另一份申請' },
  openPatron: { en: 'Back to the patron', 'zh-Hant': '返回讀者紀錄' },
});
