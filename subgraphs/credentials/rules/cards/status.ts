import type { Credential } from '../../../../adapters/credentials/port.ts';
import { isNewer, preferredCard } from '../../../library/preferred-card.ts';
import { kindTraits } from './kinds.ts';

/** The SDL's `CredentialStatus`. Unlike a state, it distinguishes a replaced card from a discontinued one. */
export type CredentialStatus = 'ACTIVE' | 'LOST' | 'DISCONTINUED' | 'SURRENDERED' | 'REPLACED';

/**
 * The status of a card, among all cards of its patron. A closed library card was replaced if the patron has a later
 * library card (R19), and discontinued otherwise. A closed smart identity card was discontinued (R21). Source:
 * docs/rules.md, "Ending".
 *
 * @example
 * // Closed library card of 2012, library card of 2026: REPLACED.
 * // Closed library card of 2012, smart identity card of 2026: DISCONTINUED.
 */
export function statusOf(card: Credential, patronCards: readonly Credential[]): CredentialStatus {
  if (card.state !== 'CLOSED') {
    return card.state;
  }
  const isReplaced =
    kindTraits[card.kind].isReplacedByNewNumber &&
    patronCards.some((other) => other.kind === card.kind && isNewer(other, card));
  return isReplaced ? 'REPLACED' : 'DISCONTINUED';
}

/** Sorts cards. Cards in use come before the others. In both groups, the newest card comes first. */
export function sortCards(cards: readonly Credential[]): Credential[] {
  return cards.toSorted((a, b) => {
    if ((a.state === 'ACTIVE') !== (b.state === 'ACTIVE')) {
      return a.state === 'ACTIVE' ? -1 : 1;
    }
    return isNewer(a, b) ? -1 : isNewer(b, a) ? 1 : 0;
  });
}

/** The patron's number for telephone, web and e-book services (R10); null if no card is in use. */
export function libraryCardNumberOf(cards: readonly Credential[]): string | null {
  return preferredCard(cards)?.libraryCardNumber ?? null;
}
