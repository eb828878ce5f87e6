import { createHmac } from 'node:crypto';
import type {
  Application,
  CardManagement,
  CardRefusal,
  Credential,
} from '../../../adapters/credentials/port.ts';
import type { Attempts, ReadingAudit } from '../../../adapters/journal/port.ts';
import type { PatronRegistry } from '../../../adapters/patrons/port.ts';
import { hasLuhnCheckDigit } from '../../library/numbers.ts';
import { cardKey } from '../../operations/locks.ts';
import { OperationRefused } from '../../operations/operation-refused.ts';
import type { Task } from '../../operations/procedure.ts';
import type { CirculationServices } from '../../operations/send-once.ts';
import { withCanonicalDocuments } from '../rules/applications/form.ts';
import { closedPatronProblems } from '../rules/cards/closed-patron.ts';
import { type CredentialProblem, problem } from '../rules/problem.ts';

/** What the life of a card takes: the three systems, the ledger of operations, and the time. */
export interface CredentialServices extends CirculationServices {
  readonly cards: CardManagement;
  readonly patrons: PatronRegistry;
  readonly attempts: Attempts;
  readonly audit: ReadingAudit;
  /** What pseudonyms are made with; never changed, or partners lose their readers. */
  readonly pseudonymKey: Uint8Array;
  /** Milliseconds that the answer to a partner takes at least. */
  readonly verificationFloorMs: number;
}

/** One run of a procedure at that desk. */
export type CredentialTask = Task<CredentialServices>;

/** Throws `OperationRefused` where there is a problem. */
export function refuseIfAny(problems: readonly CredentialProblem[]): void {
  if (problems.length > 0) {
    throw new OperationRefused(problems);
  }
}

/** Nothing else is done to what the keys stand for while this operation is open; throws `OperationRefused` where something is. */
export async function lock({ services, operation }: CredentialTask, ...keys: string[]): Promise<void> {
  if ((await services.journal.lock(operation.id, keys)) !== null) {
    throw new OperationRefused([problem('ANOTHER_OPERATION_OPEN')]);
  }
}

/**
 * The same for what goes by a number, given in the input's `field`. Throws `OperationRefused`, NOT_FOUND, for what no system can have
 * numbered anything by.
 */
export async function lockNumber(
  task: CredentialTask,
  what: 'application' | 'applicant',
  number: string,
  field: string,
): Promise<void> {
  if (!/^[\w-]{1,64}$/.test(number)) {
    throw notFound(field);
  }
  await lock(task, `${what} ${number}`);
}

/** What a document is claimed by: its number is nobody's to read there. */
export function documentKey({ fingerprintKey }: CredentialServices, number: string): string {
  return `document ${createHmac('sha256', fingerprintKey).update(number).digest('base64url')}`;
}

/**
 * The card of that number, claimed for the operation. Throws `OperationRefused`, NOT_FOUND, where there is none, and where it is not
 * `ownerId`'s, if one is given: that it is another's is not for everyone to learn (R27).
 */
export async function lockedCard(
  task: CredentialTask,
  libraryCardNumber: string,
  ownerId: string | null,
): Promise<Credential> {
  // R8: of a number with a wrong check digit there is no card, and nobody is asked.
  if (!hasLuhnCheckDigit(libraryCardNumber)) {
    throw notFound('libraryCardNumber');
  }
  const read = async (): Promise<Credential> => {
    const [card] = await task.services.cards.cardsByNumber([libraryCardNumber], task.signal);
    if (card == null || (ownerId !== null && card.patronId !== ownerId)) {
      throw notFound('libraryCardNumber');
    }
    return card;
  };
  // Nobody holds up what is done with another's card.
  if (ownerId !== null) {
    await read();
  }
  await lock(task, cardKey(libraryCardNumber));
  return await read();
}

/** Throws `OperationRefused` where the registry has the card's patron as closed (R15). */
export async function refuseIfClosed(
  { services, signal }: CredentialTask,
  { patronId }: Credential,
): Promise<void> {
  const [patron = null] = await services.patrons.findMany([patronId], signal);
  refuseIfAny(closedPatronProblems(patron, 'libraryCardNumber'));
}

export async function applicationOf({ services, signal }: CredentialTask, id: string): Promise<Application> {
  const [application] = await services.cards.applicationsById([id], signal);
  if (application == null) {
    throw notFound('applicationId');
  }
  return withCanonicalDocuments(application);
}

const notFound = (field: string): OperationRefused => new OperationRefused([problem('NOT_FOUND', field)]);

/** What card management has done; throws `OperationRefused` where it would not: it looks at states alone, and so have we. */
export function done<Done extends object>(answer: Done | CardRefusal): Done {
  if (!('refused' in answer)) {
    return answer;
  }
  throw new OperationRefused([problemOf(answer)]);
}

/** Why card management would not. */
export const problemOf = ({ refused }: CardRefusal): CredentialProblem => problemOfRefusal[refused];

const changed = 'It has been changed elsewhere meanwhile: read how it stands.';
const problemOfRefusal = {
  NOT_FOUND: problem('NOT_FOUND'),
  WRONG_STATE: { code: 'WRONG_STATE', message: changed, field: null },
  ALREADY_EXISTS: problem('ALREADY_HELD'),
  INVALID: {
    code: 'INVALID',
    message: 'Card management takes no such thing: compare what was given.',
    field: null,
  },
} as const satisfies Record<CardRefusal['refused'], CredentialProblem>;
