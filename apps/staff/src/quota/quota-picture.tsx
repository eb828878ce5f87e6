import './quota.css';
import { formatTime, useLanguage, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import type { DeskQuotaFragment } from '../operations.generated.ts';
import { quotaTexts } from './quota-texts.ts';

/** One of the patron's places, and what occupies it. */
type Place =
  | { readonly kind: 'card'; readonly card: number }
  | { readonly kind: 'pending' | 'free' | 'over' };

/** How many colours there are; further cards share the last one. Letters tell the cards apart without colours. */
const colours = 5;
const letter = (card: number): string => String.fromCharCode('A'.charCodeAt(0) + Math.min(card, 25));

/**
 * The patron's places (R9): which card takes each, and which are held by unsettled check-outs. Loans beyond the limit come last. The
 * text below the picture says the same.
 */
function placesOf({ limit, used, pending, byCredential }: DeskQuotaFragment): readonly Place[] {
  const counts = byCredential?.map((use) => use.used) ?? [used];
  const taken = counts.flatMap((count, card) =>
    Array.from({ length: count }, () => ({ kind: 'card', card }) as const),
  );
  const held = Array.from({ length: pending }, () => ({ kind: 'pending' }) as const);
  const free = Array.from(
    { length: Math.max(0, limit - taken.length - held.length) },
    () => ({ kind: 'free' }) as const,
  );
  return [...taken, ...held, ...free].map((place, index) =>
    index < limit || place.kind === 'pending' ? place : { kind: 'over' },
  );
}

/** `nameOf`: the name of a card, by its number. */
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
          // biome-ignore lint/suspicious/noArrayIndexKey: a place is known by where it stands.
          <span key={index} className={classOf(place)}>
            {place.kind === 'card' && letter(place.card)}
            {place.kind === 'over' && '!'}
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
                <span className={`swatch ${classOf({ kind: 'card', card })}`} aria-hidden="true">
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

const classOf = (place: Place): string =>
  place.kind === 'card' ? `place card-${Math.min(place.card, colours - 1)}` : `place ${place.kind}`;
