import { createTexts } from '@patron-graph/ui';

export const readerTexts = createTexts({
  owes: { en: 'Owed', 'zh-Hant': '欠款' },
  owesNothing: { en: 'Nothing', 'zh-Hant': '沒有' },
  since: { en: (day: string) => `since ${day}`, 'zh-Hant': (day: string) => `自 ${day}` },
  overdue: { en: 'Overdue', 'zh-Hant': '逾期' },
  overdueSince: { en: (day: string) => `due ${day}`, 'zh-Hant': (day: string) => `到期日 ${day}` },
  waitsHere: { en: 'Ready to collect', 'zh-Hant': '待領預約' },
  none: { en: 'None', 'zh-Hant': '沒有' },
  notKnown: { en: 'Not known', 'zh-Hant': '未能得知' },
  loans: {
    en: (count: number) => `On loan (${count})`,
    'zh-Hant': (count: number) => `借出（${count}）`,
  },
  more: {
    en: (count: number) =>
      count === 1 ? '1 more on the patron’s page.' : `${count} more on the patron’s page.`,
    'zh-Hant': (count: number) => `另有 ${count} 項，請看讀者全覽。`,
  },
  due: { en: (day: string) => `due ${day}`, 'zh-Hant': (day: string) => `到期日 ${day}` },
  renewAll: { en: 'Renew all (F8)', 'zh-Hant': '全部續借（F8）' },
});
