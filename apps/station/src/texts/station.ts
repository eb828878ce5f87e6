import { createTexts } from '@patron-graph/ui';

/** The texts about the machine: its enrolment, its connection, and the idle timeout. */
export const stationTexts = createTexts({
  title: { en: 'Self-service', 'zh-Hant': '自助服務' },
  loading: { en: 'One moment…', 'zh-Hant': '請稍候…' },

  notEnrolled: { en: 'This machine is not a station yet', 'zh-Hant': '此機尚未登記為自助服務站' },
  notEnrolledText: {
    en: 'Staff can make a code for it on the staff pages, under Stations. It works once, for 10 minutes.',
    'zh-Hant': '職員可在職員頁面的「自助服務站」製作登記編碼。編碼於 10 分鐘內有效，只可使用一次。',
  },
  wasRevoked: { en: 'This station is out of service', 'zh-Hant': '此自助服務站暫停服務' },
  wasRevokedText: {
    en: 'If you were borrowing or returning, some of your last items may not be recorded. Please take the items in your hands to a member of staff.',
    'zh-Hant': '如你正在借閱或歸還，最後幾項可能未有記錄。請把手上的館藏交給職員。',
  },
  code: { en: 'Code', 'zh-Hant': '登記編碼' },
  codeHint: {
    en: 'Eight letters and digits; capital letters, spaces and dashes don’t matter.',
    'zh-Hant': '八個英文字母及數字，不分大小寫，可有空格或連字號。',
  },
  enrol: { en: 'Enrol this machine', 'zh-Hant': '登記此機' },
  wrongCode: {
    en: 'This code is wrong, used or too old. Ask for a new one.',
    'zh-Hant': '編碼不正確、已使用或已過期，請索取新的編碼。',
  },
  tooManyCodes: {
    en: 'Too many wrong codes came from here. Wait 10 minutes, then use a new one.',
    'zh-Hant': '輸入錯誤編碼次數過多。請於 10 分鐘後使用新的編碼。',
  },
  enrolFailed: {
    en: 'The library does not answer. The code is still unused: try again in a moment.',
    'zh-Hant': '圖書館系統暫時沒有回應，請稍後再試。',
  },

  offline: { en: 'Out of service: no connection', 'zh-Hant': '暫停服務：未能連線' },
  offlineText: {
    en: 'You can’t borrow, return or renew here now. Please go to the counter. The station starts again by itself when it is connected.',
    'zh-Hant': '此機暫時不能借閱、歸還或續借，請到櫃位。恢復連線後會自動重新服務。',
  },
  offlineVisit: {
    en: 'No connection: no more items are accepted now. Please take the items without an outcome below to a member of staff.',
    'zh-Hant': '未能連線：暫停接受其他館藏。以下未有結果的館藏，請交給職員。',
  },

  timeLeft: {
    en: (seconds: number) => `Without a touch, this visit ends in ${seconds} s.`,
    'zh-Hant': (seconds: number) => `如沒有操作，將於 ${seconds} 秒後結束。`,
  },
  stillThere: { en: 'Are you still there?', 'zh-Hant': '你還在使用嗎？' },
  endsIn: {
    en: (seconds: number) => `Your visit ends in ${seconds} s.`,
    'zh-Hant': (seconds: number) => `${seconds} 秒後結束。`,
  },
  endsSoon: {
    en: 'Your visit ends in 10 seconds. Press any key to continue.',
    'zh-Hant': '將於 10 秒後結束。按任何鍵繼續。',
  },
  goOn: { en: 'Continue', 'zh-Hant': '繼續' },
});
