import type { Credential, CredentialKind } from '../../adapters/credentials/port.ts';

/** R10: whose number a patron with several cards in use gives. Of two kinds the lower value goes first. */
const numberPreference: Readonly<Record<CredentialKind, number>> = { LIBRARY_CARD: 1, SMART_ID: 2 };

/**
 * R10: the patron's card for telephone, web and e-book services, and for reserving. It is a card in use, a library card before a
 * smart identity card, the newest of a kind first; null where no card is in use.
 */
export function preferredCard(cards: readonly Credential[]): Credential | null {
  const [preferred] = cards
    .filter(({ state }) => state === 'ACTIVE')
    .toSorted((a, b) => numberPreference[a.kind] - numberPreference[b.kind] || (isNewer(a, b) ? -1 : 1));
  return preferred ?? null;
}

/** Issued later. Of two issued on the same day the higher number is the newer: numbers are assigned in order. */
export function isNewer(card: Credential, other: Credential): boolean {
  return card.issuedOn === other.issuedOn
    ? card.libraryCardNumber > other.libraryCardNumber
    : card.issuedOn > other.issuedOn;
}
