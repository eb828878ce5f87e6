import { createHmac } from 'node:crypto';
import type { Credential } from '../../../../adapters/credentials/port.ts';
import { hasLuhnCheckDigit } from '../../../library/card-and-identity-numbers.ts';
import { cardKey } from '../../../operations/locks.ts';
import { OperationRefused } from '../../../operations/operation-refused.ts';
import { problem } from '../../rules/problem.ts';
import type { CredentialServices, CredentialTask } from '../services.ts';
import { notFound } from './refusals.ts';

/**
 * Locks all of the keys for this operation, or none, until it is settled. Safe to repeat: an operation may lock again what it
 * holds.
 * @throws OperationRefused ANOTHER_OPERATION_OPEN where another open operation holds one of them.
 */
export async function lock({ services, operation }: CredentialTask, ...keys: string[]): Promise<void> {
  const holderId = await services.journal.lock(operation.id, keys);
  if (holderId !== null) {
    throw new OperationRefused([problem('ANOTHER_OPERATION_OPEN')]);
  }
}

/** The lock on the cards and applications of one patron. Without it, two operations would be judged without each other's changes. */
export const applicantKey = (patronId: string): string => `applicant ${patronId}`;

/** The lock on what may change while a card lends, and while its loss is reported: its PIN and its information card. */
const cardDetailsKey = (libraryCardNumber: string): string => `card details ${libraryCardNumber}`;

/** The lock on one application. */
export const applicationKey = (applicationId: string): string => `application ${applicationId}`;

/** The lock on one identity document. It holds an HMAC of the number: the number itself is not stored in a lock (R30). */
export function documentKey({ fingerprintKey }: CredentialServices, number: string): string {
  return `document ${createHmac('sha256', fingerprintKey).update(number).digest('base64url')}`;
}

/** The form of the numbers that card management and the registry assign. Nothing has a number of another form. */
const numberForm = /^[\w-]{1,64}$/;

/**
 * Locks an application or an applicant by its number. `field` is the input field that holds the number.
 * @throws OperationRefused NOT_FOUND for a number of another form. ANOTHER_OPERATION_OPEN as in {@link lock}.
 */
export async function lockNumber(
  task: CredentialTask,
  keyOf: typeof applicantKey | typeof applicationKey,
  number: string,
  field: string,
): Promise<void> {
  if (!numberForm.test(number)) {
    throw notFound(field);
  }
  await lock(task, keyOf(number));
}

/**
 * Locks the card, to block, unblock or end it, and reads it; the operation is its patron's from then on. `ownerId` is the patron
 * whose card it must be; null for any patron's.
 * @throws OperationRefused NOT_FOUND where there is no such card, or it is another patron's: the answer does not tell which
 * (R27). ANOTHER_OPERATION_OPEN where another open operation holds the card.
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
 * Locks the card's PIN and information card, and reads it, as {@link lockCard} does. A loss can be reported meanwhile: desks
 * must refuse the card at once, however long card management takes to set a PIN (R17).
 * @throws OperationRefused as {@link lockCard}; also where another open operation holds the card itself.
 */
export async function lockCardDetails(
  task: CredentialTask,
  libraryCardNumber: string,
  ownerId: string | null,
): Promise<Credential> {
  const { services, operation } = task;
  await requireOwnCard(task, libraryCardNumber, ownerId);
  await lock(task, cardDetailsKey(libraryCardNumber));
  // Earlier releases locked the card itself for this. An operation that one of them began may hold that lock: its own.
  if (await services.journal.isLocked(cardKey(libraryCardNumber), operation.id)) {
    throw new OperationRefused([problem('ANOTHER_OPERATION_OPEN')]);
  }
  return await readCard(task, libraryCardNumber, ownerId);
}

/** Checked before the lock, so that nobody can block operations on another patron's card. */
async function requireOwnCard(
  task: CredentialTask,
  libraryCardNumber: string,
  ownerId: string | null,
): Promise<void> {
  // R8: with a wrong check digit there is no such card, and no system is called.
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
