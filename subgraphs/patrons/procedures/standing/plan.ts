import { z } from 'zod';
import type { Credential } from '../../../../adapters/credentials/port.ts';
import type { Patron, PatronChanges } from '../../../../adapters/patrons/port.ts';
import { applicantKey, cardKey } from '../../../operations/locks.ts';
import { cardsOfPerson, wasMerged } from '../../../operations/merged-records.ts';
import { OperationRefused } from '../../../operations/operation-refused.ts';
import { storedProblem } from '../../../operations/problem.ts';
import type { Task } from '../../../operations/procedure.ts';
import type { PatronServices } from '../../context.ts';
import { problem } from '../../rules/problems.ts';

const text = z.string();
const nullableText = text.nullable();
export const standing = z.enum(['ACTIVE', 'SUSPENDED', 'CLOSED']);
export type Standing = z.infer<typeof standing>;

/** The fields that the registry must change. */
const changes = z.object({
  englishName: text.exactOptional(),
  chineseName: nullableText.exactOptional(),
  dateOfBirth: text.exactOptional(),
  identityNumber: nullableText.exactOptional(),
  birthCertificateNumber: nullableText.exactOptional(),
  guarantor: z.object({ name: text, telephone: nullableText }).nullable().exactOptional(),
  status: standing.exactOptional(),
});

/**
 * The plan of every change of a record. The fields for a change of the standing are absent in plans of earlier
 * releases.
 */
export const recordPlan = z.object({
  patronId: text,
  version: text,
  changes,
  /**
   * The standing that the patron is to have in all systems. Null if the standing stays. The registry may have it
   * already.
   */
  to: standing.nullable().default(null),
  was: standing.default('ACTIVE'),
  /** The field of the input that requests the standing. Problems that are found later name this field, too. */
  standingField: text.default('patronId'),
  /** The cards to block: cards in use, and cards that are reported lost. */
  cards: z.array(text).readonly().default([]),
  /** The cards that nobody else has blocked. They are unblocked when the patron becomes active again. */
  kept: z.array(text).readonly().default([]),
  /** The problems with which the operation is refused once its changes are undone. Null unless it has failed. */
  failure: z.array(storedProblem).readonly().nullable().default(null),
});
export type RecordPlan = z.infer<typeof recordPlan>;
export type SavePlan = (plan: RecordPlan) => Promise<void>;

interface RequestedChange extends Pick<RecordPlan, 'version' | 'to' | 'standingField'> {
  readonly changes: PatronChanges;
}

/**
 * Plans a change of a record. If the standing is to change, locks the patron and the cards, so that no card is issued,
 * replaced or reported lost meanwhile. Loans are read before the cards are locked, so that a refused closing does not
 * disturb lending.
 * @throws OperationRefused LOANS_OUT; ALREADY_MERGED for a record that was merged into another, because it stays
 *   suspended until it is closed; ANOTHER_OPERATION_OPEN if another open operation has locked the patron or a card.
 */
export async function planChange(
  task: Task<PatronServices>,
  { number: patronId, status: was }: Patron,
  requested: RequestedChange,
): Promise<RecordPlan> {
  const { to, standingField } = requested;
  const plan = { ...requested, patronId, was, cards: [], kept: [], failure: null };
  if (to === null) {
    return plan;
  }
  await lock(task, applicantKey(patronId));
  if (to === 'CLOSED' && (await hasLoans(task, patronId))) {
    throw new OperationRefused([problem('LOANS_OUT', standingField)]);
  }
  if (await wasMerged(task.services.merged, patronId)) {
    throw new OperationRefused([problem('ALREADY_MERGED', standingField)]);
  }
  const cards = await cardsToBlock(task, patronId);
  for (const { libraryCardNumber } of cards) {
    await lock(task, cardKey(libraryCardNumber));
  }
  return { ...plan, cards: cards.map(numberOf), kept: await cardsToKeep(task, patronId, cards) };
}

const numberOf = ({ libraryCardNumber }: Credential): string => libraryCardNumber;

async function lock({ services, operation }: Task<PatronServices>, key: string): Promise<void> {
  if ((await services.journal.lock(operation.id, [key])) !== null) {
    throw new OperationRefused([problem('ANOTHER_OPERATION_OPEN')]);
  }
}

async function cardsToBlock({ services, signal }: Task<PatronServices>, patronId: string) {
  const [own = []] = await services.cards.cardsByPatron([patronId], signal);
  return own.filter(({ state }) => state === 'ACTIVE' || state === 'LOST');
}

/**
 * The cards in use that nobody else has blocked. Usually circulation's recorded events show who blocked a card. Events
 * of older programs don't. For such a card, only an open finding shows the block.
 */
async function cardsToKeep(
  { services }: Task<PatronServices>,
  patronId: string,
  cards: readonly Credential[],
): Promise<readonly string[]> {
  const inUse = cards.filter(({ state }) => state === 'ACTIVE').map(numberOf);
  const [findings, byOthers] = await Promise.all([
    services.findings.openFindingsOf([patronId]),
    services.cardEvents.cardsBlockedByOthers(inUse),
  ]);
  const found = findings.filter(({ kind }) => kind === 'CARD_BLOCKED');
  const blocked = new Set([...byOthers, ...found.map(({ evidence }) => evidence?.libraryCardNumber)]);
  return inUse.filter((number) => !blocked.has(number));
}

/**
 * Whether the patron has items on loan on any card, even on closed ones (R16), or has a check-out whose outcome is not
 * certain. The check-outs are read before the loans. So if one is settled meanwhile, its loan is among the loans.
 */
async function hasLoans(task: Task<PatronServices>, patronId: string): Promise<boolean> {
  const { holders } = await task.services.journal.placesNow(patronId, 'LOAN');
  return holders.length > 0 || (await isAnythingOut(task, patronId));
}

/** Whether the patron has items on loan on any card, even on closed ones (R16) and on cards of merged records (R9). */
export async function isAnythingOut(
  { services, signal }: Task<PatronServices>,
  patronId: string,
): Promise<boolean> {
  const cards = await cardsOfPerson(services, patronId, signal);
  return (await services.circulation.loansByCard(cards.map(numberOf), signal)).flat().length > 0;
}
