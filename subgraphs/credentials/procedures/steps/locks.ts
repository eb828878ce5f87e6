import type { Credential } from '../../../../adapters/credentials/port.ts';
import { hasLuhnCheckDigit } from '../../../library/card-and-identity-numbers.ts';
import { type applicantKey, cardKey } from '../../../operations/locks.ts';
import { OperationRefused } from '../../../operations/operation-refused.ts';
import { problem } from '../../rules/problem.ts';
import type { CredentialTask } from '../services.ts';
import { notFound } from './refusals.ts';

/**
 * Locks all of the keys for this operation, or none, until the operation is settled. This is safe to repeat, because an
 * operation may lock a key again that it holds.
 * @throws OperationRefused ANOTHER_OPERATION_OPEN if another open operation holds one of the keys.
 */
export async function lock({ services, operation }: CredentialTask, ...keys: string[]): Promise<void> {
  const holderId = await services.journal.lock(operation.id, keys);
  if (holderId !== null) {
    throw new OperationRefused([problem('ANOTHER_OPERATION_OPEN')]);
  }
}

/**
 * The lock on a card's PIN and information card. They may change while items are lent on the card, and while its loss
 * is reported.
 */
const cardDetailsKey = (libraryCardNumber: string): string => `card details ${libraryCardNumber}`;

export const applicationKey = (applicationId: string): string => `application ${applicationId}`;

/** The form of the numbers that card management and the registry assign. They assign no number of another form. */
const numberForm = /^[\w-]{1,64}$/;

/**
 * Locks an application or an applicant by its number. `field` is the input field that holds the number.
 * @throws OperationRefused NOT_FOUND for a number of another form; ANOTHER_OPERATION_OPEN as in {@link lock}.
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

/** @throws OperationRefused NOT_FOUND for a number of a form that no system assigns. */
export function requireNumberForm(number: string, field: string): void {
  if (!numberForm.test(number)) {
    throw notFound(field);
  }
}

/**
 * Locks a card in order to block, unblock or end it, and reads it. From then on, the operation belongs to the card's
 * patron.
 * @param ownerId the patron to whom the card must belong; null if it may belong to any patron
 * @throws OperationRefused NOT_FOUND if there is no such card, or if it is another patron's. The answer does not reveal
 *   which is the case (R27). ANOTHER_OPERATION_OPEN if another open operation holds the card.
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
 * Locks a card's PIN and information card, and reads the card, as {@link lockCard} does. The loss of the card can be
 * reported meanwhile. Desks must then refuse the card at once, even if card management is slow to set a PIN (R17).
 * @throws OperationRefused as {@link lockCard} does, also if another open operation holds the card itself.
 */
export async function lockCardDetails(
  task: CredentialTask,
  libraryCardNumber: string,
  ownerId: string | null,
): Promise<Credential> {
  const { services, operation } = task;
  await requireOwnCard(task, libraryCardNumber, ownerId);
  await lock(task, cardDetailsKey(libraryCardNumber));
  // Earlier releases took the lock of the card itself here. So an operation that an earlier release began may hold
  // that lock.
  if (await services.journal.isLocked(cardKey(libraryCardNumber), operation.id)) {
    throw new OperationRefused([problem('ANOTHER_OPERATION_OPEN')]);
  }
  return await readCard(task, libraryCardNumber, ownerId);
}

/**
 * Requires that the card belongs to the owner. This is checked before the lock, so that nobody can block operations on
 * another patron's card.
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
