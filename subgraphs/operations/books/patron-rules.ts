import type { Loan } from '../../../adapters/circulation/port.ts';
import type { Credential } from '../../../adapters/credentials/port.ts';
import type { Patron } from '../../../adapters/patrons/port.ts';
import type {
  CardEvent,
  CardEventsOf,
  Evidence,
  EvidentLoan,
  FindingKind,
  PatronDiscrepancy,
  PatronFinding,
} from '../../../store/journal/port.ts';
import { daysAfter, hongKongDay } from '../../library/calendar.ts';
import { operationIdIn } from './operation-reference.ts';

/** One card, as card management and circulation show it. */
export interface KnownCard extends CardEventsOf {
  readonly credential: Credential;
  readonly loans: readonly Loan[];
  /**
   * The loans for which an open finding says that they were made on the card after its end. The items may have been
   * returned since.
   */
  readonly lentAfterEnd: readonly EvidentLoan[];
}

/** One patron, as the three systems show them. */
export interface KnownPatron {
  readonly patronId: string;
  /** Null if the registry has no such patron. */
  readonly patron: Patron | null;
  readonly cards: readonly KnownCard[];
}

export interface BooksLimits {
  /** The maximum number of items that a patron may have on loan (R9). */
  readonly loanLimit: number;
  /**
   * The time from which all events about cards are known. Null while they are still being read: blocks and
   * registrations are then not compared.
   */
  readonly eventsSince: Date | null;
}

/** A change in circulation that repairs a finding. */
export type Repair = 'BLOCK_CARD' | 'UNBLOCK_CARD' | 'REGISTER_CARD';

/** The proposed repair for each kind of finding. The kinds that are left out have none. */
export const repairs: Readonly<Partial<Record<FindingKind, Repair>>> = {
  CARD_NOT_BLOCKED: 'BLOCK_CARD',
  CARD_BLOCK_UNKNOWN: 'BLOCK_CARD',
  CARD_BLOCKED: 'UNBLOCK_CARD',
  CARD_NOT_REGISTERED: 'REGISTER_CARD',
};

/**
 * Compares a patron's record with their cards and loans. The last event about a card shows whether the card is blocked.
 * Events are known only from some time on, so a card may have none.
 *
 * Example: the patron is suspended, and event 815 unblocked the card. The finding is `CARD_NOT_BLOCKED`, and the repair
 * blocks the card. If there is no event about the card, the finding is `CARD_BLOCK_UNKNOWN`, and the repair is the
 * same.
 */
export function findingsOf(known: KnownPatron, limits: BooksLimits): readonly PatronFinding[] {
  const { patronId, patron, cards } = known;
  if (patron === null) {
    return cards.length === 0
      ? []
      : [{ kind: 'PATRON_UNKNOWN', patronId, evidence: evidenceOf(known, null) }];
  }
  const ofCard = (card: KnownCard): PatronFinding[] =>
    kindsOf(card, patron, limits.eventsSince).map((kind) => ({
      kind,
      patronId,
      evidence: evidenceOf(known, card, kind === 'LENT_ON_ENDED_CARD' ? lentAfterEnd(card) : []),
    }));
  const loans = cards.flatMap((card) => card.loans);
  const tooMany: readonly PatronFinding[] =
    loans.length > limits.loanLimit
      ? [{ kind: 'TOO_MANY_LOANS', patronId, evidence: evidenceOf(known, null, loans) }]
      : [];
  return [...cards.flatMap(ofCard), ...tooMany];
}

/** The kinds of findings about one card of a patron whom the registry has. */
function kindsOf(card: KnownCard, patron: Patron, eventsSince: Date | null): readonly PatronDiscrepancy[] {
  const { credential } = card;
  const blocked = eventsSince === null ? null : blockKind(card, patron, eventsSince);
  const isUnregistered =
    credential.state === 'ACTIVE' &&
    isIssuedSince(credential, eventsSince) &&
    card.registration === null &&
    card.block === null &&
    card.loans.length === 0;
  return [
    ...(blocked === null ? [] : [blocked]),
    ...(isUnregistered ? (['CARD_NOT_REGISTERED'] as const) : []),
    ...(isIdentityDifferent(credential, patron) ? (['IDENTITY_DIFFERS'] as const) : []),
    ...(lentAfterEnd(card).length > 0 ? (['LENT_ON_ENDED_CARD'] as const) : []),
  ];
}

/**
 * Compares circulation's block of a card with what it should be. Null if nothing is to be reported.
 *
 * For a card that was issued before the oldest event, there may be no event about its block. A library has very many
 * ended cards of this kind. They are reported only if a desk has lent on them after their end, because circulation may
 * still lend on them.
 */
function blockKind(card: KnownCard, patron: Patron, eventsSince: Date): PatronDiscrepancy | null {
  const { credential, block } = card;
  const isUsable = credential.state === 'ACTIVE' && patron.status === 'ACTIVE';
  if (isUsable) {
    return block?.kind === 'CARD_BLOCKED' ? 'CARD_BLOCKED' : null;
  }
  if (block !== null) {
    return block.kind === 'CARD_UNBLOCKED' ? 'CARD_NOT_BLOCKED' : null;
  }
  const isEnded = credential.state === 'SURRENDERED' || credential.state === 'CLOSED';
  if (isIssuedSince(credential, eventsSince)) {
    return 'CARD_NOT_BLOCKED';
  }
  return isEnded && lentAfterEnd(card).length === 0 ? null : 'CARD_BLOCK_UNKNOWN';
}

/** Whether all events about the card are known, because it was issued after the oldest event. */
const isIssuedSince = ({ issuedOn }: Credential, eventsSince: Date | null): boolean =>
  eventsSince !== null && issuedOn > daysAfter(hongKongDay(eventsSince), 1);

/** Whether a smart identity card that can still be used is enrolled with another number than the registry has (R7). */
function isIdentityDifferent({ kind, state, identityNumber }: Credential, patron: Patron): boolean {
  const isEnrolled = kind === 'SMART_ID' && (state === 'ACTIVE' || state === 'LOST');
  const registered = patron.identityDocuments.find((document) => document.kind === 'HKID')?.number;
  return isEnrolled && identityNumber !== null && plain(identityNumber) !== plain(registered ?? '');
}

/** An identity number without brackets and spaces, in upper case. */
const plain = (identityNumber: string): string =>
  identityNumber.replaceAll(/[^0-9A-Za-z]/g, '').toUpperCase();

/**
 * The loans that a desk made on the card after it ended or was blocked. A lost card has no day of its end. If it was
 * blocked again, its last block may be later than the loan. So a loan that was found before still counts, until the
 * item is back or the finding is closed.
 */
function lentAfterEnd({ credential, block, loans, lentAfterEnd: found }: KnownCard): readonly Loan[] {
  if (credential.state === 'ACTIVE') {
    return [];
  }
  const { closedOn } = credential;
  const blockedAt = block?.kind === 'CARD_BLOCKED' ? block.at.getTime() : Number.POSITIVE_INFINITY;
  const isAfterEnd = ({ checkedOutAt }: Loan) =>
    (closedOn !== null && hongKongDay(new Date(checkedOutAt)) > closedOn) ||
    Date.parse(checkedOutAt) > blockedAt ||
    found.some(({ since }) => since === checkedOutAt);
  return loans.filter((loan) => operationIdIn(loan.reference) === null && isAfterEnd(loan));
}

function evidenceOf({ patron }: KnownPatron, card: KnownCard | null, loans: readonly Loan[] = []): Evidence {
  return {
    libraryCardNumber: card?.credential.libraryCardNumber ?? null,
    patronStatus: patron?.status ?? null,
    cardState: card?.credential.state ?? null,
    event: card?.block == null ? null : eventOf(card.block),
    loans: loans.map(evidentLoan).sort((one, other) => (one.since < other.since ? -1 : 1)),
  };
}

const eventOf = ({ kind, sequence, at }: CardEvent) => ({ kind, sequence, at: at.toISOString() });

const evidentLoan = ({ libraryCardNumber, checkedOutAt, reference }: Loan): EvidentLoan => ({
  libraryCardNumber,
  since: checkedOutAt,
  operationId: operationIdIn(reference),
});
