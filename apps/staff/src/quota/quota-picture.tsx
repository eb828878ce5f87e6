import './quota.css';
import { formatTime, type Place, placesOf, useLanguage, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import type { DeskQuotaFragment } from '../operations.generated.ts';
import { quotaTexts } from './quota-texts.ts';

/**
 * The number of colours. If there are more cards, all further cards have the last colour. Each card also has a letter.
 */
const colours = 5;
const letter = (card: number): string => String.fromCharCode('A'.charCodeAt(0) + Math.min(card, 25));

/**
 * A picture of the patron's quota, with a square for each loan that the quota allows. The squares show the loans of
 * each card, unsettled check-outs, and loans beyond the limit. `nameOf` returns the name of a card by its number.
 */
export function QuotaPicture({
  quota,
  nameOf = (number) => number,
}: {
  readonly quota: DeskQuotaFragment;
  nameOf?(libraryCardNumber: string): string;
}): ReactNode {
  const texts = useTexts(quotaTexts);
  const { language } = useLanguage();
  const { limit, used, pending, remaining, byCredential, asOf } = quota;
  return (
    <figure className="quota">
      <div className="places" aria-hidden="true">
        {placesOf(quota).map((place, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: only their order distinguishes the places.
          <span key={index} className={classOf(place)}>
            {signOf(place)}
          </span>
        ))}
      </div>
      <figcaption>
        <p>
          <strong>{texts.sum(used, limit, remaining)}</strong>
          {pending > 0 && ` ${texts.pending(pending)}`}
          {used > limit && ` ${texts.over(used - limit)}`}
        </p>
        {byCredential !== null && byCredential.length > 0 && (
          <ul className="on-cards plain-list">
            {byCredential.map(({ used: count, credential }, card) => (
              <li key={credential?.libraryCardNumber ?? card}>
                <span className={`swatch ${cardClass(card)}`} aria-hidden="true">
                  {letter(card)}
                </span>
                {texts.onCard(count, nameOf(credential?.libraryCardNumber ?? '?'))}
              </li>
            ))}
          </ul>
        )}
        <p className="quiet">{texts.asOf(formatTime(asOf, language))}</p>
      </figcaption>
    </figure>
  );
}

const cardClass = (card: number): string => `place card-${Math.min(card, colours - 1)}`;

function classOf({ takenBy, isOver }: Place): string {
  if (typeof takenBy === 'number') {
    return isOver ? 'place over' : cardClass(takenBy);
  }
  return `place ${takenBy ?? 'free'}`;
}

const signOf = ({ takenBy, isOver }: Place): string | null =>
  typeof takenBy !== 'number' ? null : isOver ? '!' : letter(takenBy);
