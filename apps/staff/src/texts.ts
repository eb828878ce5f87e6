import { createTexts } from '@patron-graph/ui';

/** The texts of the page's frame. The texts of each view are in the view's folder. */
export const texts = createTexts({
  title: { en: 'Staff', 'zh-Hant': '職員' },
  views: { en: 'Views', 'zh-Hant': '功能' },
  today: { en: 'Today', 'zh-Hant': '今日' },
  desk: { en: 'Desk', 'zh-Hant': '櫃位' },
  patrons: { en: 'Patrons', 'zh-Hant': '讀者' },
  overdue: { en: 'Overdue', 'zh-Hant': '逾期' },
  owing: { en: 'Who owes', 'zh-Hant': '欠款' },
  holdShelf: { en: 'Hold shelf', 'zh-Hant': '預約架' },
  applications: { en: 'Applications', 'zh-Hant': '申請' },
  losses: { en: 'Losses', 'zh-Hant': '遺失' },
  operations: { en: 'Operations', 'zh-Hant': '辦理紀錄' },
  findings: { en: 'Findings', 'zh-Hant': '不符紀錄' },
  notices: { en: 'Notices', 'zh-Hant': '通知' },
  stations: { en: 'Stations', 'zh-Hant': '自助服務站' },
});
