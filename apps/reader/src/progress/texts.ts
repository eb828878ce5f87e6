import { createTexts } from '@patron-graph/ui';

export const progressTexts = createTexts({
  title: { en: 'My application', 'zh-Hant': '申請進度' },
  receipt: { en: 'Receipt', 'zh-Hant': '收據編號' },
  hint: { en: 'The receipt you were given when you applied', 'zh-Hant': '遞交申請時獲發的編號' },
  show: { en: 'Check the application', 'zh-Hant': '查詢進度' },
  missing: { en: 'Enter the receipt.', 'zh-Hant': '請輸入收據編號。' },
  standing: { en: 'Status of the application', 'zh-Hant': '申請狀況' },
  again: { en: 'Refresh', 'zh-Hant': '重新整理' },
  none: {
    en: 'There is no application with this receipt, or it was received more than 30 days ago. Please ask at a counter.',
    'zh-Hant': '沒有此收據編號的申請，或申請已超過 30 日。請向櫃位查詢。',
  },

  LIBRARY_CARD: { en: 'A library card', 'zh-Hant': '圖書證' },
  SMART_ID: {
    en: 'Library use of a smart identity card (age 11 and over)',
    'zh-Hant': '以智能身份證使用圖書館服務（11 歲或以上）',
  },
  RECEIVED: { en: 'Received, waiting for a decision', 'zh-Hant': '已收到，等待職員審批' },
  APPROVED: { en: 'Approved', 'zh-Hant': '已批准' },
  REJECTED: { en: 'Rejected', 'zh-Hant': '不獲批准' },
  WITHDRAWN: { en: 'Withdrawn', 'zh-Hant': '已撤回' },
  submittedAt: { en: (time: string) => `Received ${time}`, 'zh-Hant': (time: string) => `收到日期：${time}` },
  decidedAt: { en: (time: string) => `Decided ${time}`, 'zh-Hant': (time: string) => `審批日期：${time}` },
});
