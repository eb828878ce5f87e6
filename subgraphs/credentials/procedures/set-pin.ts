import { z } from 'zod';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import { forgivePinFailures } from '../../operations/attempts/pin-attempts.ts';
import { refuseIfAny } from '../../operations/operation-refused.ts';
import type { Procedure } from '../../operations/procedure.ts';
import { unknownLock } from '../../operations/results/card-results.ts';
import { birthdayProblems, pinProblems } from '../rules/cards/pin.ts';
import type { CredentialServices } from './services.ts';
import { lockCard, lockCardDetails } from './steps/locks.ts';
import { recordCardChanges } from './steps/record-card-changes.ts';
import { acceptedOrRefuse } from './steps/refusals.ts';

const input = z.object({
  libraryCardNumber: z.string(),
  newPin: z.string(),
  /** The patron to whom the card must belong. Null if it may be anybody's. */
  ownerId: z.string().nullable(),
});
/** `patronId` is absent in plans of earlier releases. */
const plan = input.extend({ patronId: z.string().exactOptional() });
type Input = z.infer<typeof input>;
type Plan = z.infer<typeof plan>;

/**
 * Sets the PIN of a card, for telephone, station and e-book services (R10). A new card has no PIN.
 *
 * 1. Card management changes the PIN. This is safe to repeat, because card management recognises the operation's id and
 *    gives the same answer again.
 * 2. The change is recorded in the audit. This is safe to repeat, as {@link recordCardChanges} explains.
 * 3. The counts of wrong attempts with the old PIN are deleted. This is safe to repeat.
 * 4. Card management verifies the new PIN once, to learn whether the PIN is locked: a change of PIN does not end a
 *    lock. This is safe to repeat, because only wrong PINs are counted. If card management does not answer, the call is
 *    not repeated, and the result says that the lock is unknown.
 */
export const setPin: Procedure<CredentialServices, Input, Plan> = {
  kind: 'SET_PIN',
  input,
  plan,
  patronOf: ({ ownerId }) => ownerId,
  async prepare(task, request) {
    const card = await lockCardDetails(task, request.libraryCardNumber, request.ownerId);
    refuseIfAny(pinProblems(card, request.newPin));
    const [patron = null] = await task.services.patrons.findMany([card.patronId], task.signal);
    refuseIfAny(birthdayProblems(request.newPin, patron?.dateOfBirth ?? null));
    return { ...request, patronId: card.patronId };
  },
  async carryOut(task, { libraryCardNumber, newPin, ownerId, patronId }) {
    const { services, operation, signal } = task;
    // In plans of earlier releases, the card is locked but the patron is missing. The audit record needs the patron,
    // who is therefore read before the change.
    const owner = patronId === undefined ? await lockCard(task, libraryCardNumber, ownerId) : { patronId };
    const answer = await services.cards.changePin(operation.id, libraryCardNumber, newPin, signal);
    acceptedOrRefuse('SET_PIN', answer);
    await recordCardChanges(task, owner, ['pin']);
    await forgivePinFailures(services, libraryCardNumber);
    const pinLockedUntil = await readLock(services, libraryCardNumber, newPin, signal);
    return { libraryCardNumber, pinLockedUntil };
  },
};

/**
 * The time until which the PIN is locked; null if it isn't locked. Resolves to `unknownLock` if the call fails or is
 * refused, because the PIN is already set.
 */
async function readLock(
  { cards }: CredentialServices,
  libraryCardNumber: string,
  newPin: string,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    const verdict = await cards.verifyPin(libraryCardNumber, newPin, signal);
    return 'refused' in verdict ? unknownLock : verdict.lockedUntil;
  } catch (error) {
    if (error instanceof UpstreamError) {
      return unknownLock;
    }
    throw error;
  }
}
