import { createTexts } from '@patron-graph/ui';

export const noticeTexts = createTexts({
  title: { en: 'Undelivered notices', 'zh-Hant': '未能送達的通知' },
  hint: {
    en: 'Notices that could not be delivered to a service within three days. Each look at this list is recorded. Send a notice again once the service works.',
    'zh-Hant': '三日內未能交給圖書館服務的通知。每次查閱都會記錄。服務恢復後可重新發送。',
  },
  none: { en: 'Every notice was delivered.', 'zh-Hant': '所有通知均已送達。' },
  noSuch: { en: 'There is no such notice.', 'zh-Hant': '沒有此類通知。' },
  NEWEST_FIRST: { en: 'Newest first', 'zh-Hant': '最新的排先' },
  OLDEST_FIRST: { en: 'Oldest first', 'zh-Hant': '最舊的排先' },
  notice: { en: 'Notice', 'zh-Hant': '通知' },
  endpoint: { en: 'To', 'zh-Hant': '服務' },
  patron: { en: 'Patron', 'zh-Hant': '讀者' },
  why: { en: 'Why', 'zh-Hant': '原因' },
  givenUp: { en: 'Given up', 'zh-Hant': '放棄時間' },
  attempts: { en: 'Attempts', 'zh-Hant': '嘗試次數' },
  resend: { en: 'Send again', 'zh-Hant': '重新發送' },
  resendAll: {
    en: (notices: number) => `Send all ${notices} on this page again`,
    'zh-Hant': (notices: number) => `重新發送此頁全部 ${notices} 項`,
  },
  sentOf: {
    en: (sent: number, notices: number) => `${sent} of ${notices} are on their way again.`,
    'zh-Hant': (sent: number, notices: number) => `${notices} 項中的 ${sent} 項已重新發送。`,
  },
  sent: { en: 'It is on its way again.', 'zh-Hant': '已重新發送。' },
  gone: {
    en: 'There is no such undelivered notice any more: it was sent again already.',
    'zh-Hant': '此通知已不在清單上，可能已重新發送。',
  },
  mayNotSend: { en: 'Your account may not send notices.', 'zh-Hant': '你的帳戶無權發送通知。' },
  readAgain: { en: 'Refresh', 'zh-Hant': '重新整理' },
  notSent: { en: 'It could not be sent.', 'zh-Hant': '未能發送。' },
  action: { en: 'Action', 'zh-Hant': '處理' },
});
