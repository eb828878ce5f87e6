import type { Credential, CredentialKind } from '../../adapters/credentials/port.ts';

/** If a patron has cards of several kinds in use, the kind with the lowest value is preferred (R10). */
const numberPreference: Readonly<Record<CredentialKind, number>> = { LIBRARY_CARD: 1, SMART_ID: 2 };

/**
 * The patron's card for telephone, web and e-book services, and for reserving (R10). Null if no card is in use. If
 * several are in use, a library card is preferred to a smart identity card, and a newer card to an older one.
 */
export function preferredCard(cards: readonly Credential[]): Credential | null {
  const [preferred] = cards
    .filter(({ state }) => state === 'ACTIVE')
    .toSorted((a, b) => numberPreference[a.kind] - numberPreference[b.kind] || (isNewer(a, b) ? -1 : 1));
  return preferred ?? null;
}

/**
 * Whether a card was issued later than another. Card numbers are assigned in order, so on the same day the higher
 * number is newer.
 */
export function isNewer(card: Credential, other: Credential): boolean {
  return card.issuedOn === other.issuedOn
    ? card.libraryCardNumber > other.libraryCardNumber
    : card.issuedOn > other.issuedOn;
}
