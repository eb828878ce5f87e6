import { GraphQLError } from 'graphql';
import type { Loan } from '../../../adapters/circulation/port.ts';
import type { Credential } from '../../../adapters/credentials/port.ts';
import { isVendorNumber } from '../../library/card-and-identity-numbers.ts';
import type { CardAndPin, ReaderPresented } from '../../library/reader-presented.ts';
import { type CardsToVerify, cardByPin } from '../../operations/attempts/card-by-pin.ts';
import type { AttemptCounts } from '../../operations/attempts/failure-limits.ts';
import { countPinAttempt } from '../../operations/attempts/pin-attempts.ts';
import type { OperationPatron } from '../../operations/ledger.ts';
import { cardKey } from '../../operations/locks.ts';
import { type Caller, clientOf, mayRead, requireRead } from '../../runtime/caller.ts';
import type { Scope } from '../../runtime/scopes.ts';
import { refused } from '../rules/problems.ts';
import { readLoans } from './loan-snapshot.ts';
import type { LendingServices } from './services.ts';

/**
 * Finds the card with this number and PIN, whatever the card's state is.
 * @throws OperationRefused WRONG_NUMBER_OR_PIN, PIN_LOCKED, TOO_MANY_REQUESTS
 */
export type VerifyPin = (presented: CardAndPin) => Promise<Credential>;

/**
 * Creates a verifier for one request of one caller. Card management counts every wrong PIN. So each number and PIN is
 * verified only once in the request, even if several fields present them, and even if the call fails.
 */
export function createPinVerifier(
  services: LendingServices,
  caller: Caller,
  cards: CardsToVerify = services.cards,
): VerifyPin {
  const verdicts = new Map<string, Promise<Credential>>();
  return ({ libraryCardNumber, pin }) => {
    const key = JSON.stringify([libraryCardNumber, pin]);
    const verdict =
      verdicts.get(key) ?? cardOfPin({ ...services, cards }, clientOf(caller), libraryCardNumber, pin);
    verdicts.set(key, verdict);
    return verdict;
  };
}

/**
 * Requires that the caller may act for the reader. Patrons act for themselves, and staff for every patron. A number
 * with its PIN is accepted from the telephone service, a station or staff (R10, R29).
 * @throws GraphQLError UNAUTHENTICATED or FORBIDDEN
 */
export function requirePatronAccess(caller: Caller, { patronId }: ReaderPresented): void {
  if (patronId == null) {
    requireRead(caller, null, [...byPinScopes, 'circulation:write']);
  } else if (!mayRead(caller, patronId, ['circulation:write']) && mayRead(caller, null, byPinScopes)) {
    throw new GraphQLError(
      'Here `reader` must be a `cardAndPin`: a number and its PIN show who the reader is.',
      {
        extensions: { code: 'FORBIDDEN' },
      },
    );
  } else {
    requireRead(caller, patronId, ['circulation:write']);
  }
}

/** With these scopes, a caller can identify a reader only by card number and PIN. */
const byPinScopes: readonly Scope[] = ['telephone', 'station'];

/**
 * Resolves to the number of the patron. Requires that the patron is in good standing (R15).
 * @throws OperationRefused as {@link findPatron} does; PATRON_NOT_ACTIVE
 */
export async function identifyPatron(
  services: LendingServices,
  caller: Caller,
  reader: ReaderPresented,
  patron: OperationPatron,
  signal: AbortSignal,
): Promise<string> {
  const id = await findPatron(services, reader, createPinVerifier(services, caller), patron);
  await requireGoodStanding(services, id, signal);
  return id;
}

/**
 * Finds the number of the patron, whatever the patron's standing is. It is the given number, or the patron of the card
 * with this number and PIN. Card management verifies the PIN of a lost or ended card, too, so the card's state is
 * checked here (R17). The card's patron is stored in `patron` for the operation, even if the card is refused.
 * @throws OperationRefused WRONG_NUMBER_OR_PIN, PIN_LOCKED, TOO_MANY_REQUESTS, CREDENTIAL_NOT_ACTIVE
 */
export async function findPatron(
  { journal }: LendingServices,
  { patronId, cardAndPin }: ReaderPresented,
  verifyPin: VerifyPin,
  patron?: OperationPatron,
): Promise<string> {
  if (cardAndPin == null) {
    return patronId ?? '';
  }
  const card = await verifyPin(cardAndPin);
  patron?.learn(card.patronId);
  const isBeingEnded = await journal.isLocked(cardKey(card.libraryCardNumber));
  if (isBeingEnded || card.state !== 'ACTIVE') {
    throw refused('CREDENTIAL_NOT_ACTIVE');
  }
  return card.patronId;
}

/** @throws OperationRefused PATRON_NOT_ACTIVE unless the patron is active in the registry (R15). */
export async function requireGoodStanding(
  { patrons }: LendingServices,
  patronId: string,
  signal: AbortSignal,
): Promise<void> {
  const [record] = await patrons.findMany([patronId], signal);
  if (record?.status !== 'ACTIVE') {
    throw refused('PATRON_NOT_ACTIVE');
  }
}

/**
 * Reads the patron's loans. The patron's standing is read at the same time as the cards.
 * @throws OperationRefused PATRON_NOT_ACTIVE
 */
export async function readLoansInGoodStanding(
  services: LendingServices,
  patronId: string,
  signal: AbortSignal,
): Promise<readonly Loan[]> {
  const requireStanding = () => requireGoodStanding(services, patronId, signal);
  // Callers may send any text as the number. If the text can't be a patron's number, it is refused without a call to
  // the journal.
  if (!isVendorNumber(patronId)) {
    await requireStanding();
  }
  return (await readLoans(services, patronId, signal, requireStanding)).rows;
}

/**
 * Finds the card with this number and PIN. The attempts with a wrong PIN are limited for each client, and for each
 * client with each number (`operations/attempts/pin-attempts.ts`).
 */
async function cardOfPin(
  services: AttemptCounts & { readonly cards: CardsToVerify },
  client: string,
  number: string,
  pin: string,
): Promise<Credential> {
  const attempt = await countPinAttempt(services, { source: 'reader', client, endUser: null }, number);
  if (attempt.kind !== 'counted') {
    const problem = attempt.kind === 'locked' ? 'PIN_LOCKED' : 'TOO_MANY_REQUESTS';
    throw refused(problem, { mayRetryAt: attempt.mayRetryAt });
  }
  const card = await cardByPin(services.cards, attempt, number, pin, inWhateverState);
  if (card === null) {
    throw refused('WRONG_NUMBER_OR_PIN');
  }
  return card;
}

const inWhateverState = (): boolean => true;
