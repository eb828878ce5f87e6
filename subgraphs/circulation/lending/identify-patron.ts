import type { Credential } from '../../../adapters/credentials/port.ts';
import type { CardAndPin, ReaderPresented } from '../../library/reader-presented.ts';
import { cardByPin } from '../../operations/attempts/card-by-pin.ts';
import { countPinAttempt } from '../../operations/attempts/pin-attempts.ts';
import type { AboutPatron } from '../../operations/ledger.ts';
import { cardKey } from '../../operations/locks.ts';
import { type Caller, clientOf, requireRead } from '../../runtime/caller.ts';
import { refused } from '../rules/problems.ts';
import type { LendingServices } from './services.ts';

/**
 * The card of a number and its PIN, in whatever state.
 * @throws OperationRefused WRONG_NUMBER_OR_PIN, PIN_LOCKED, TOO_MANY_REQUESTS.
 */
export type VerifyPin = (presented: CardAndPin) => Promise<Credential>;

/**
 * Verifies for one request of one caller. Each number and PIN is asked once, however many fields present it, because card
 * management counts every wrong one. Nothing is shared with another request, and nothing is asked again, not even after a
 * failure.
 */
export function createPinVerifier(lending: LendingServices, caller: Caller): VerifyPin {
  const verdicts = new Map<string, Promise<Credential>>();
  return ({ libraryCardNumber, pin }) => {
    const key = JSON.stringify([libraryCardNumber, pin]);
    const verdict = verdicts.get(key) ?? cardOfPin(lending, clientOf(caller), libraryCardNumber, pin);
    verdicts.set(key, verdict);
    return verdict;
  };
}

/**
 * Patrons act for themselves, and staff for every patron. A number with its PIN is taken from the telephone service, a station
 * or staff (R10, R29).
 */
export function requirePatronAccess(caller: Caller, { patronId }: ReaderPresented): void {
  if (patronId == null) {
    requireRead(caller, null, ['telephone', 'station', 'circulation:write']);
  } else {
    requireRead(caller, patronId, ['circulation:write']);
  }
}

/**
 * Resolves to the number of the patron, who is in good standing (R15).
 * @throws OperationRefused as {@link findPatron} does, and PATRON_NOT_ACTIVE.
 */
export async function identifyPatron(
  lending: LendingServices,
  caller: Caller,
  reader: ReaderPresented,
  about: AboutPatron,
  signal: AbortSignal,
): Promise<string> {
  const id = await findPatron(lending, reader, createPinVerifier(lending, caller), about);
  await requireGoodStanding(lending, id, signal);
  return id;
}

/**
 * The number of the patron, whatever their standing is: as it was given, or by number and PIN. Card management verifies the PIN
 * of a lost or ended card too, so the card's state is checked here (R17). `about` is told whose number and PIN it is.
 * @throws OperationRefused WRONG_NUMBER_OR_PIN, PIN_LOCKED, TOO_MANY_REQUESTS, CREDENTIAL_NOT_ACTIVE.
 */
export async function findPatron(
  { journal }: LendingServices,
  { patronId, cardAndPin }: ReaderPresented,
  verifyPin: VerifyPin,
  about?: AboutPatron,
): Promise<string> {
  if (cardAndPin == null) {
    return patronId ?? '';
  }
  const card = await verifyPin(cardAndPin);
  about?.(card.patronId);
  const isBeingEnded = await journal.isLocked(cardKey(card.libraryCardNumber));
  if (isBeingEnded || card.state !== 'ACTIVE') {
    throw refused('CREDENTIAL_NOT_ACTIVE');
  }
  return card.patronId;
}

/** @throws OperationRefused PATRON_NOT_ACTIVE unless the registry has the patron as active (R15). */
export async function requireGoodStanding(
  { patrons }: LendingServices,
  patronId: string,
  signal: AbortSignal,
): Promise<void> {
  const [patron] = await patrons.findMany([patronId], signal);
  if (patron?.status !== 'ACTIVE') {
    throw refused('PATRON_NOT_ACTIVE');
  }
}

/** The card of a number and its PIN. Attempts are counted by client, and wrong ones limited (see `attempts/`). */
async function cardOfPin(
  lending: LendingServices,
  client: string,
  number: string,
  pin: string,
): Promise<Credential> {
  const attempt = await countPinAttempt(lending, { source: 'reader', client }, number);
  if (attempt.kind !== 'counted') {
    const problem = attempt.kind === 'locked' ? 'PIN_LOCKED' : 'TOO_MANY_REQUESTS';
    throw refused(problem, { mayRetryAt: attempt.mayRetryAt });
  }
  const card = await cardByPin(lending.cards, attempt, number, pin, inWhateverState);
  if (card === null) {
    throw refused('WRONG_NUMBER_OR_PIN');
  }
  return card;
}

const inWhateverState = (): boolean => true;
