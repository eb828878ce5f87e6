import type { Credential } from '../../../../adapters/credentials/port.ts';

export type CredentialStatus = 'ACTIVE' | 'LOST' | 'DISCONTINUED' | 'SURRENDERED' | 'REPLACED';

/**
 * The status of a card among all cards of its patron: a closed library card was replaced where a later library card
 * came after it, and discontinued otherwise; a closed smart identity card was discontinued (rules.md, "Ending").
 */
export function statusOf(card: Credential, patronCards: readonly Credential[]): CredentialStatus {
  if (card.state !== 'CLOSED') {
    return card.state;
  }
  const replaced =
    card.kind === 'LIBRARY_CARD' &&
    patronCards.some((other) => other.kind === 'LIBRARY_CARD' && isNewer(other, card));
  return replaced ? 'REPLACED' : 'DISCONTINUED';
}

/** Those in use first, then the newest first. */
export function sortCards(cards: readonly Credential[]): Credential[] {
  return cards.toSorted((a, b) => {
    if ((a.state === 'ACTIVE') !== (b.state === 'ACTIVE')) {
      return a.state === 'ACTIVE' ? -1 : 1;
    }
    return isNewer(a, b) ? -1 : isNewer(b, a) ? 1 : 0;
  });
}

/**
 * The number for telephone, web and e-book services (R10): of the card in use, a library card before a smart identity
 * card; null where none is in use.
 */
export function libraryCardNumberOf(cards: readonly Credential[]): string | null {
  const inUse = sortCards(cards).filter((card) => card.state === 'ACTIVE');
  const card = inUse.find(({ kind }) => kind === 'LIBRARY_CARD') ?? inUse[0];
  return card?.libraryCardNumber ?? null;
}

/** Issued later; of two issued on one day the higher number, as numbers are given out in order. */
function isNewer(card: Credential, than: Credential): boolean {
  return card.issuedOn === than.issuedOn
    ? card.libraryCardNumber > than.libraryCardNumber
    : card.issuedOn > than.issuedOn;
}
