import { Missing, Section, useTexts } from '@patron-graph/ui';
import { type ReactNode, useCallback } from 'react';
import { QuotaPicture } from '../quota/quota-picture.tsx';
import { quotaTexts } from '../quota/quota-texts.ts';
import { cardKindWords } from '../words.ts';
import type { Card, SectionProps } from './patron.ts';
import { missingOf } from './patron.ts';

/**
 * Returns the name of a card: its kind and its number. The kind is left out if card management could not be read. It is
 * also left out for a card of a record that was merged into the patron's record.
 */
function useCardNames(cards: readonly Card[] | null): (libraryCardNumber: string) => string {
  const kinds = useTexts(cardKindWords);
  return useCallback(
    (libraryCardNumber) => {
      const card = cards?.find((one) => one.libraryCardNumber === libraryCardNumber);
      return card === undefined ? libraryCardNumber : `${kinds[card.__typename]} ${libraryCardNumber}`;
    },
    [cards, kinds],
  );
}

export function Quota({ patron: { loanQuota, credentials }, missing }: SectionProps): ReactNode {
  const texts = useTexts(quotaTexts);
  const nameOf = useCardNames(credentials);
  return (
    <Section title={texts.title}>
      <Missing at={missingOf(missing, 'loanQuota')} />
      {loanQuota !== null && <QuotaPicture quota={loanQuota} nameOf={nameOf} />}
    </Section>
  );
}
