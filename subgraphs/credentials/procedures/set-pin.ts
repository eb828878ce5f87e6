import { z } from 'zod';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import { forgivePinFailures } from '../../operations/attempts/pin-attempts.ts';
import { refuseIfAny } from '../../operations/operation-refused.ts';
import type { Procedure } from '../../operations/procedure.ts';
import { unknownLock } from '../../operations/results/card-results.ts';
import { pinProblems } from '../rules/cards/pin.ts';
import type { CredentialServices } from './services.ts';
import { lockCard, lockCardDetails } from './steps/locks.ts';
import { recordCardChanges } from './steps/record-card-changes.ts';
import { acceptedOrRefuse } from './steps/refusals.ts';

const input = z.object({
  libraryCardNumber: z.string(),
  newPin: z.string(),
  /** The patron whose card it must be; null for any patron's. */
  ownerId: z.string().nullable(),
});
/** `patronId` is absent in plans of earlier releases. */
const plan = input.extend({ patronId: z.string().exactOptional() });
type Input = z.infer<typeof input>;
type Plan = z.infer<typeof plan>;

/**
 * Sets the PIN of a card, for telephone, station and e-book services (R10). A new card has no PIN until then.
 *
 * 1. Card management changes the PIN. Safe to repeat: it knows the operation's id, and answers as the first time.
 * 2. The change is recorded in the audit. Safe to repeat, as {@link recordCardChanges} tells.
 * 3. The failed attempts with the old PIN are forgiven. Safe to repeat: forgiving twice is the same.
 * 4. Card management verifies the new PIN, once: a change of PIN does not end a lock. Safe to repeat: the PIN is right, and only
 *    wrong ones are counted. Without an answer it is not asked again, and the lock is unknown.
 */
export const setPin: Procedure<CredentialServices, Input, Plan> = {
  kind: 'SET_PIN',
  input,
  plan,
  patronOf: ({ ownerId }) => ownerId,
  async prepare(task, request) {
    const card = await lockCardDetails(task, request.libraryCardNumber, request.ownerId);
    refuseIfAny(pinProblems(card, request.newPin));
    return { ...request, patronId: card.patronId };
  },
  async carryOut(task, { libraryCardNumber, newPin, ownerId, patronId }) {
    const { services, operation, signal } = task;
    // Read before the change: without the patron it could not be recorded. An earlier release has locked the card itself.
    const owner = patronId === undefined ? await lockCard(task, libraryCardNumber, ownerId) : { patronId };
    acceptedOrRefuse(await services.cards.changePin(operation.id, libraryCardNumber, newPin, signal));
    await recordCardChanges(task, owner, ['pin']);
    await forgivePinFailures(services, libraryCardNumber);
    const pinLockedUntil = await readLock(services, libraryCardNumber, newPin, signal);
    return { libraryCardNumber, pinLockedUntil };
  },
};

/** Until when the PIN is locked; null where it isn't. Never fails: the PIN has been set by now. */
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
