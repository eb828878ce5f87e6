import { createTexts } from '@patron-graph/ui';

export const quotaTexts = createTexts({
  title: { en: 'One quota for all cards', 'zh-Hant': '各證共用的借閱限額' },
  sum: {
    en: (used: number, limit: number, remaining: number) =>
      `${used} of ${limit} places taken, ${remaining} left.`,
    'zh-Hant': (used: number, limit: number, remaining: number) =>
      `已用 ${used} 項，限額 ${limit} 項，尚餘 ${remaining} 項。`,
  },
  pending: {
    en: (count: number) => `${count} not settled yet: each holds a place.`,
    'zh-Hant': (count: number) => `${count} 項尚待確定，各佔一個名額。`,
  },
  over: {
    en: (count: number) => `${count} over the limit: lent elsewhere, card by card.`,
    'zh-Hant': (count: number) => `超出限額 ${count} 項：於其他櫃位按各證分別借出。`,
  },
  onCard: {
    en: (count: number, card: string) => `${count} on ${card}`,
    'zh-Hant': (count: number, card: string) => `${card} 借出 ${count} 項`,
  },
  asOf: { en: (time: string) => `As of ${time}`, 'zh-Hant': (time: string) => `截至 ${time}` },
  notKnown: { en: 'The quota is not known now.', 'zh-Hant': '暫時未能得知借閱限額。' },
});
