import { placesOf, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { useCardName } from '../card-name.ts';
import type { HomeQuery } from '../operations.generated.ts';
import { homeTexts } from './texts.ts';

type LoanQuota = NonNullable<NonNullable<HomeQuery['me']>['loanQuota']>;

/**
 * A picture of the quota over all cards: how many loans the reader has, and how many more are allowed. The sentences
 * below the picture state the same.
 */
export function Quota({ quota }: { readonly quota: LoanQuota }): ReactNode {
  const texts = useTexts(homeTexts);
  const cardName = useCardName();
  const { limit, used, pending, remaining, byCredential } = quota;
  const cards = (byCredential ?? []).map(({ credential, used: count }, index) => ({
    id: credential?.libraryCardNumber ?? String(index),
    text: texts.onCard(cardName(credential?.__typename), count),
    index,
  }));
  return (
    <>
      <div className="places" aria-hidden="true">
        {placesOf(quota).map(({ takenBy, isOver }, index) => (
          <span
            // biome-ignore lint/suspicious/noArrayIndexKey: only their order distinguishes the places.
            key={index}
            className={`place ${takenBy === null ? 'free' : takenBy === 'pending' ? 'pending' : `card-${takenBy % 4}`}${isOver ? ' over' : ''}`}
          />
        ))}
      </div>
      <p>
        {texts.quotaLine(used, limit)} {texts.quotaLeft(remaining)}{' '}
        {pending > 0 && texts.quotaPending(pending)}
      </p>
      {cards.length > 0 && (
        <ul className="legend">
          {cards.map(({ id, text, index }) => (
            <li key={id}>
              <span className={`place small card-${index % 4}`} aria-hidden="true" /> {text}{' '}
              <span className="quiet number">{id}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
