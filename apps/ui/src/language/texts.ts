import { createTexts } from './language.tsx';

/** The texts of the shared components. */
export const uiTexts = createTexts({
  library: { en: 'Library', 'zh-Hant': '圖書館' },
  skip: { en: 'Skip to the content', 'zh-Hant': '跳到主要內容' },
  otherLanguage: { en: '中文', 'zh-Hant': 'English' },
  signedInAs: {
    en: (name: string) => `Signed in as ${name}`,
    'zh-Hant': (name: string) => `已登入：${name}`,
  },
  signIn: { en: 'Sign in', 'zh-Hant': '登入' },
  signOut: { en: 'Sign out', 'zh-Hant': '登出' },
  signedOut: { en: 'You are signed out', 'zh-Hant': '你尚未登入' },
  signedOutText: { en: 'Sign in to go on.', 'zh-Hant': '請先登入。' },
  sessionEnded: { en: 'Your session has ended', 'zh-Hant': '登入時限已過' },
  sessionEndedText: {
    en: 'Sign in again. You come back to this page.',
    'zh-Hant': '請重新登入，之後會返回此頁。',
  },
  signInCancelled: { en: 'Signing in was cancelled.', 'zh-Hant': '已取消登入。' },
  signInFailed: { en: 'Signing in did not work. Please try again.', 'zh-Hant': '未能登入，請再試。' },
  signInUnavailable: {
    en: 'The library’s sign-in does not answer. Please try again in a moment.',
    'zh-Hant': '圖書館登入服務暫時沒有回應，請稍後再試。',
  },
  loading: { en: 'Loading…', 'zh-Hant': '載入中…' },
  failed: { en: 'This could not be read', 'zh-Hant': '未能讀取資料' },
  failedText: {
    en: 'The library’s systems do not answer. Please try again in a moment.',
    'zh-Hant': '圖書館系統暫時沒有回應，請稍後再試。',
  },
  tryAgain: { en: 'Try again', 'zh-Hant': '再試' },
  partial: { en: 'Some of this could not be read', 'zh-Hant': '部分資料未能讀取' },
  outdated: { en: 'This is as it was read before.', 'zh-Hant': '以下是先前讀取的資料。' },
  notRead: { en: 'Could not be read', 'zh-Hant': '未能讀取' },
  mayNotSee: { en: 'Your account may not see this', 'zh-Hant': '你的帳戶無權查閱' },
  mayNotSeeAll: { en: 'Your account may not see all of this', 'zh-Hant': '你的帳戶無權查閱部分資料' },
  mayNotDo: { en: 'Your account may not do this', 'zh-Hant': '你的帳戶無權辦理' },
  askForRight: {
    en: 'If your work needs it, ask whoever manages the accounts.',
    'zh-Hant': '如工作需要，請向帳戶管理員查詢。',
  },
  sending: { en: 'One moment…', 'zh-Hant': '處理中…' },
  refused: { en: 'This was not done', 'zh-Hant': '未能辦理' },
  unsettled: { en: 'Recorded, not settled yet', 'zh-Hant': '已記錄，尚待確定' },
  unsettledText: {
    en: 'A system of the library has not answered. The outcome is being checked; nothing is done twice. This page shows the outcome as soon as it is known.',
    'zh-Hant': '圖書館系統尚未回應，正在查明結果，不會重複辦理。一有結果便會在此顯示。',
  },
  code: { en: 'Code', 'zh-Hant': '編碼' },
  unknownOutcome: { en: 'There was no answer', 'zh-Hant': '沒有回應' },
  unknownOutcomeText: {
    en: 'It may have been done. Try again: it will not be done twice.',
    'zh-Hant': '可能已經辦妥。請再試一次，不會重複辦理。',
  },
  previous: { en: 'Previous', 'zh-Hant': '上一頁' },
  next: { en: 'Next', 'zh-Hant': '下一頁' },
  pages: { en: 'Pages', 'zh-Hant': '分頁' },
  page: { en: (page: number) => `Page ${page}`, 'zh-Hant': (page: number) => `第 ${page} 頁` },
  total: { en: (count: number) => `${count} in all`, 'zh-Hant': (count: number) => `共 ${count} 項` },
  emptyPage: {
    en: 'The entries of this page have changed since. Go on to the next page.',
    'zh-Hant': '此頁資料已有變更，請看下一頁。',
  },
  empty: { en: 'Nothing here.', 'zh-Hant': '沒有資料。' },
  close: { en: 'Close', 'zh-Hant': '關閉' },
  optional: { en: 'optional', 'zh-Hant': '可不填' },
});
