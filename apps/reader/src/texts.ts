import { createTexts } from '@patron-graph/ui';

/** The texts of the page's frame. The texts of each view are in the view's folder. */
export const texts = createTexts({
  title: { en: 'My library', 'zh-Hant': '我的圖書館' },
  views: { en: 'Views', 'zh-Hant': '功能' },
  tabs: { en: 'Main views', 'zh-Hant': '主要功能' },
  more: { en: 'More', 'zh-Hant': '更多' },
  myAccount: { en: 'My account', 'zh-Hant': '我的帳戶' },
  myRecord: { en: 'My record', 'zh-Hant': '我的紀錄' },
  applications: { en: 'Applications', 'zh-Hant': '申請' },
  home: { en: 'Loans', 'zh-Hant': '借閱' },
  catalogue: { en: 'Catalogue', 'zh-Hant': '館藏目錄' },
  cards: { en: 'Cards', 'zh-Hant': '證件' },
  charges: { en: 'What you owe', 'zh-Hant': '欠款及繳費' },
  contact: { en: 'Contact', 'zh-Hant': '聯絡資料' },
  requests: { en: 'What I did', 'zh-Hant': '我的辦理紀錄' },
  access: { en: 'Who looked at my record', 'zh-Hant': '誰查閱過我的資料' },
  apply: { en: 'Apply for a card', 'zh-Hant': '申請證件' },
  progress: { en: 'My application', 'zh-Hant': '申請進度' },
  notSignedIn: { en: 'You are not signed in.', 'zh-Hant': '你尚未登入。' },
  signIn: { en: 'Sign in', 'zh-Hant': '登入' },
  signInFor: {
    en: 'Sign in with your library card to see your loans and cards. You can search the catalogue, apply for a card and check an application without signing in.',
    'zh-Hant': '請以圖書證登入，查閱借閱及證件資料。任何人均可使用館藏目錄、申請圖書證及查詢申請進度。',
  },
  keptForReturn: {
    en: 'Sign in again to return to this page. What you typed is kept.',
    'zh-Hant': '請重新登入。之後會返回此頁，你已填寫的內容會保留。',
  },
});
