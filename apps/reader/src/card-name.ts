import { createTexts, useTexts } from '@patron-graph/ui';

const cardTexts = createTexts({
  LibraryCard: { en: 'Library card', 'zh-Hant': '圖書證' },
  SmartIdCard: { en: 'Smart identity card', 'zh-Hant': '智能身份證' },
});

export type CardType = keyof typeof cardTexts;

/** The name of a kind of card, in the page's language. */
export function useCardName(): (type: CardType | undefined) => string {
  const texts = useTexts(cardTexts);
  return (type) => texts[type ?? 'LibraryCard'];
}
