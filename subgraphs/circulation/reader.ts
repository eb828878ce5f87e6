import { type Caller, requireRead } from '../caller.ts';
import { cardKey } from '../claims.ts';
import { hasLuhnCheckDigit } from '../numbers.ts';
import type { Lending } from './lending.ts';
import { Refusal } from './problems.ts';

/** Whose loans it is about: one of the two is given. */
export interface ReaderPresented {
  readonly patronId?: string | null;
  readonly cardAndPin?: CardAndPin | null;
}
interface CardAndPin {
  readonly libraryCardNumber: string;
  readonly pin: string;
}

/** Patrons act for themselves and staff for any; who has but a number and its PIN is at a telephone or a station (R10, R29). */
export function requireReader(caller: Caller, { patronId }: ReaderPresented): void {
  if (patronId == null) requireRead(caller, null, ['telephone', 'station', 'circulation:write']);
  else requireRead(caller, patronId, ['circulation:write']);
}

/** The patron, in good standing (R15). Throws a `Refusal`: WRONG_NUMBER_OR_PIN, CREDENTIAL_NOT_ACTIVE, PATRON_NOT_ACTIVE. */
export async function readerPresented(
  lending: Lending,
  { patronId, cardAndPin }: ReaderPresented,
  signal: AbortSignal,
): Promise<string> {
  const id = cardAndPin == null ? (patronId ?? '') : await patronOfPin(lending, cardAndPin, signal);
  await requireStanding(lending, id, signal);
  return id;
}

/** Throws a `Refusal`, PATRON_NOT_ACTIVE, unless the registry has the patron as active (R15). */
export async function requireStanding(
  { patrons }: Lending,
  patronId: string,
  signal: AbortSignal,
): Promise<void> {
  const [patron] = await patrons.findMany([patronId], signal);
  if (patron?.status !== 'ACTIVE') throw new Refusal('PATRON_NOT_ACTIVE');
}

/** A PIN is good whatever has become of its card, and so the card is looked at, too (R17). */
async function patronOfPin(
  { cards, journal }: Lending,
  { libraryCardNumber, pin }: CardAndPin,
  signal: AbortSignal,
): Promise<string> {
  if (!hasLuhnCheckDigit(libraryCardNumber)) throw new Refusal('WRONG_NUMBER_OR_PIN');
  const verdict = await cards.verifyPin(libraryCardNumber, pin, signal);
  if ('refused' in verdict || !verdict.verified) throw new Refusal('WRONG_NUMBER_OR_PIN');
  const [card] = await cards.cardsByNumber([libraryCardNumber], signal);
  if (card == null) throw new Refusal('WRONG_NUMBER_OR_PIN');
  const isBeingEnded = await journal.isClaimed(cardKey(libraryCardNumber));
  if (isBeingEnded || card.state !== 'ACTIVE') throw new Refusal('CREDENTIAL_NOT_ACTIVE');
  return card.patronId;
}
