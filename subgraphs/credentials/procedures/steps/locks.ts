import type { Credential } from '../../../../adapters/credentials/port.ts';
import { hasLuhnCheckDigit } from '../../../library/card-and-identity-numbers.ts';
import { type applicantKey, cardKey } from '../../../operations/locks.ts';
import { OperationRefused } from '../../../operations/operation-refused.ts';
import { problem } from '../../rules/problem.ts';
import type { CredentialTask } from '../services.ts';
import { notFound } from './refusals.ts';

/**
 * Locks all of the keys for this operation until it is settled. If one can't be locked, locks none. Safe to repeat.
 * @throws OperationRefused ANOTHER_OPERATION_OPEN if another open operation has locked one of the keys.
 */
export async function lock({ services, operation }: CredentialTask, ...keys: string[]): Promise<void> {
  const holderId = await services.journal.lock(operation.id, keys);
  if (holderId !== null) {
    throw new OperationRefused([problem('ANOTHER_OPERATION_OPEN')]);
  }
}

/**
 * The lock on a card's PIN and information card. It is separate from the card's own lock. So they can be changed while
 * items are lent on the card, and while its loss is reported.
 */
const cardDetailsKey = (libraryCardNumber: string): string => `card details ${libraryCardNumber}`;

export const applicationKey = (applicationId: string): string => `application ${applicationId}`;

/** The form of the numbers that card management and the registry assign. */
const numberForm = /^[\w-]{1,64}$/;

/**
 * Locks an application or an applicant by its number. `field` is the field of the input that has the number.
 * @throws OperationRefused NOT_FOUND for a number in a form that no system assigns; ANOTHER_OPERATION_OPEN as in {@link
 *   lock}.
 */
export async function lockNumber(
  task: CredentialTask,
  keyOf: typeof applicantKey | typeof applicationKey,
  number: string,
  field: string,
): Promise<void> {
  requireNumberForm(number, field);
  await lock(task, keyOf(number));
}

/** @throws OperationRefused NOT_FOUND for a number in a form that no system assigns */
export function requireNumberForm(number: string, field: string): void {
  if (!numberForm.test(number)) {
    throw notFound(field);
  }
}

/**
 * Locks a card in order to block, unblock or end it, and reads it. From then on, the operation is recorded as one about
 * the card's patron.
 * @param ownerId the patron to whom the card must belong. Null if it may be anybody's.
 * @throws OperationRefused NOT_FOUND both for an unknown card and for another patron's card (R27).
 *   ANOTHER_OPERATION_OPEN if another open operation has locked the card.
 */
export async function lockCard(
  task: CredentialTask,
  libraryCardNumber: string,
  ownerId: string | null,
): Promise<Credential> {
  await requireOwnCard(task, libraryCardNumber, ownerId);
  await lock(task, cardKey(libraryCardNumber));
  return await readCard(task, libraryCardNumber, ownerId);
}

/**
 * Locks a card's PIN and information card, and reads the card, as {@link lockCard} does. The card itself is not locked.
 * So if its loss is reported meanwhile, desks refuse it at once, even if card management is slow to set a PIN (R17).
 * @throws OperationRefused as {@link lockCard} does, also if another open operation has locked the card itself.
 */
export async function lockCardDetails(
  task: CredentialTask,
  libraryCardNumber: string,
  ownerId: string | null,
): Promise<Credential> {
  const { services, operation } = task;
  await requireOwnCard(task, libraryCardNumber, ownerId);
  await lock(task, cardDetailsKey(libraryCardNumber));
  // An earlier release locked the card itself for these changes, and its operation may still be open.
  if (await services.journal.isLocked(cardKey(libraryCardNumber), operation.id)) {
    throw new OperationRefused([problem('ANOTHER_OPERATION_OPEN')]);
  }
  return await readCard(task, libraryCardNumber, ownerId);
}

/**
 * Requires that the card is the owner's. Must be called before the card is locked, so that nobody can block operations
 * on another patron's card.
 */
async function requireOwnCard(
  task: CredentialTask,
  libraryCardNumber: string,
  ownerId: string | null,
): Promise<void> {
  // No system is called for a wrong check digit, because no card has such a number (R8).
  if (!hasLuhnCheckDigit(libraryCardNumber)) {
    throw notFound('libraryCardNumber');
  }
  if (ownerId !== null) {
    await readCard(task, libraryCardNumber, ownerId);
  }
}

async function readCard(
  { services, patron, signal }: CredentialTask,
  libraryCardNumber: string,
  ownerId: string | null,
): Promise<Credential> {
  const [card] = await services.cards.cardsByNumber([libraryCardNumber], signal);
  if (card == null || (ownerId !== null && card.patronId !== ownerId)) {
    throw notFound('libraryCardNumber');
  }
  patron.learn(card.patronId);
  return card;
}
