/** Sets a PIN for a reader who has the one-time code that staff created for the card (decision 35). */
import type { Operation } from '../../../store/journal/port.ts';
import { hasLuhnCheckDigit } from '../../library/card-and-identity-numbers.ts';
import { errorTexts } from '../../library/errors/error-texts.ts';
import { LocalizedError } from '../../library/errors/localized-error.ts';
import { orForgive } from '../../operations/attempts/counted-attempt.ts';
import type { Problem } from '../../operations/problem.ts';
import { isSameRequest, startProcedure } from '../../operations/procedure.ts';
import { storedProblemsOf } from '../../operations/results/payload.ts';
import type { Caller } from '../../runtime/caller.ts';
import { findPinCode, type GenuineCode, useOfCode } from '../procedures/pin-code.ts';
import type { CredentialServices } from '../procedures/services.ts';
import { setPin } from '../procedures/set-pin.ts';
import { pinFormProblems } from '../rules/cards/pin.ts';
import { notRecognised } from '../rules/problem.ts';
import { beginAttempt, countCode, type SignInAttempt } from './attempts.ts';
import type { AuthenticatedReader } from './authenticate-reader.ts';

export interface SetPinByCodeInput extends SignInAttempt {
  readonly code: string;
  readonly newPin: string;
}

/** The SDL's `SetPinByCodePayload`. */
export interface SetPinByCodePayload {
  readonly reader: AuthenticatedReader | null;
  readonly problems: readonly Problem[];
}

const nobody: SetPinByCodePayload = { reader: null, problems: [notRecognised('WRONG_NUMBER_OR_CODE')] };

/**
 * Sets a PIN with a one-time code. No answer about a code is sent before `verificationFloorMs`. Without the right code,
 * the answer is {@link nobody}, which reveals nothing about the number. The PIN is set by the reader's own `SET_PIN`
 * operation, whose client is the sign-in service. So this operation is resumed, audited and found by staff like any
 * other.
 * @throws UpstreamError if a system could not answer; GraphQLError UPSTREAM_UNAVAILABLE if the PIN is not set yet, or
 *   if this is unknown. The same request can be sent again.
 */
export async function setPinByCode(
  services: CredentialServices,
  caller: Caller,
  input: SetPinByCodeInput,
  signal: AbortSignal,
): Promise<SetPinByCodePayload> {
  const problems = pinFormProblems(input.newPin);
  if (problems.length > 0) {
    return { reader: null, problems };
  }
  beginAttempt(input);
  const attempt = await countCode(services, input);
  if (attempt === null) {
    return nobody;
  }
  const found = await orForgive(attempt, () => findHolder(services, input, attempt.signal));
  if (found === null) {
    await attempt.failed();
    return nobody;
  }
  await attempt.succeeded();
  const operation = await useCode(services, caller, found, input, signal);
  return operation === null ? nobody : payloadOf(operation, found);
}

interface Holder {
  readonly patronId: string;
  readonly code: GenuineCode;
}

/**
 * A patron number that the registry never assigns. If the library card doesn't exist, the code is looked up for this
 * patron. So the steps are the same for a card that exists and for one that doesn't.
 */
const unassignedPatronNumber = 'P0000000';

async function findHolder(
  services: CredentialServices,
  { libraryCardNumber, code: given }: SetPinByCodeInput,
  signal: AbortSignal,
): Promise<Holder | null> {
  if (!hasLuhnCheckDigit(libraryCardNumber)) {
    return null;
  }
  const [card] = await services.cards.cardsByNumber([libraryCardNumber], signal);
  const patronId = card?.patronId ?? unassignedPatronNumber;
  const code = await findPinCode(services, patronId, libraryCardNumber, given);
  return code === null ? null : { patronId, code };
}

/**
 * Begins the operation that uses the code, or finds it if the same request was sent before. Null if the code was used
 * for another PIN.
 *
 * The reference of this operation has the id of the operation that created the code, and a number. A caller has only
 * one operation for a reference, so a code can be used only once. If this operation was refused, it changed nothing.
 * The code may then be used again, with the next number in the reference.
 */
async function useCode(
  services: CredentialServices,
  caller: Caller,
  { patronId, code: { madeBy, usedBy } }: Holder,
  { libraryCardNumber, newPin }: SetPinByCodeInput,
  signal: AbortSignal,
): Promise<Operation | null> {
  const request = { libraryCardNumber, newPin, ownerId: patronId };
  const used = usedBy.find(({ state }) => state !== 'REFUSED');
  if (used !== undefined && !isSameRequest(services, setPin, used, request)) {
    return null;
  }
  const reference = used?.reference ?? `${useOfCode(madeBy)}${usedBy.length + 1}`;
  return await startProcedure(services, setPin, { ...caller, patronId }, reference, request, signal);
}

/** Refusals after which a second attempt may succeed within seconds. Only a reader who has the code learns of them. */
const passing: readonly string[] = ['SYSTEM_UNAVAILABLE', 'ANOTHER_OPERATION_OPEN'];

function payloadOf(operation: Operation, { patronId }: Holder): SetPinByCodePayload {
  const problems = storedProblemsOf(operation);
  const isPassing = problems.some(({ code }) => passing.includes(code));
  if (operation.state === 'UNSETTLED' || isPassing) {
    throw new LocalizedError(errorTexts.PIN_NOT_SET_YET, { extensions: { code: 'UPSTREAM_UNAVAILABLE' } });
  }
  if (operation.state === 'DONE') {
    return { reader: { patronId }, problems: [] };
  }
  // Only the holder of the code gets this answer. They may choose another PIN with the same code.
  const ofPin = problems.filter(({ field }) => field?.join() === 'newPin');
  return ofPin.length === 0 ? nobody : { reader: null, problems: ofPin };
}
