import { ensureBlocked, ensureInCirculation } from '../../../operations/card-change.ts';
import { recordChanges } from '../../../operations/change-audit.ts';
import { cardsOfPerson } from '../../../operations/merged-records.ts';
import type { Task } from '../../../operations/procedure.ts';
import type { PatronServices } from '../../context.ts';
import type { RecordPlan } from './plan.ts';

/**
 * Blocks the cards, so that desks also refuse them. Before that, stores in the journal which of the cards nobody else
 * has blocked, so that a crash does not lose this list. Safe to repeat.
 * @throws Unfinished until all are blocked.
 */
export async function blockCards(
  { services, operation }: Task<PatronServices>,
  { patronId, cards, kept }: RecordPlan,
): Promise<void> {
  await services.standingBlocks.keepStandingBlocks(patronId, kept);
  await forEach(cards, (number) => ensureBlocked(services, operation, number));
}

/** Records in the audit that the cards were blocked or unblocked. Safe to repeat, as {@link recordChanges} explains. */
export const recordBlocks = (
  task: Task<PatronServices>,
  patronId: string,
  cards: readonly string[],
): Promise<void> => recordChanges(task, patronId, cards.length === 0 ? [] : ['credential.block']);

/**
 * Unblocks the cards that `blockCards` has stored and that are in use now. Resolves to the unblocked cards. A card that
 * somebody else has blocked meanwhile is left out. Safe to repeat. Must be the last change in circulation: an
 * unanswered unblocking may be carried out late, and must not undo a newer block.
 * @throws Unfinished until circulation has answered for each card.
 */
export async function unblockCards(
  { services, operation, signal }: Task<PatronServices>,
  patronId: string,
): Promise<readonly string[]> {
  const kept = new Set(await services.standingBlocks.standingBlocksOf(patronId));
  const [own = []] = await services.cards.cardsByPatron([patronId], signal);
  const inUse = own
    .filter(({ libraryCardNumber, state }) => state === 'ACTIVE' && kept.has(libraryCardNumber))
    .map(({ libraryCardNumber }) => libraryCardNumber);
  const byOthers = await services.cardEvents.cardsBlockedByOthers(inUse);
  const cards = inUse.filter((number) => !byOthers.includes(number));
  await forEach(cards, (number) => ensureInCirculation(services, operation, 'UNBLOCK_CARD', number));
  return cards;
}

/** Ends all open holds, also on the cards of merged records. Safe to repeat. */
export async function endHolds(
  { services, operation, signal }: Task<PatronServices>,
  patronId: string,
): Promise<void> {
  const cards = await cardsOfPerson(services, patronId, signal);
  const numbers = cards.map(({ libraryCardNumber }) => libraryCardNumber);
  const holds = (await services.circulation.holdsByCard(numbers, signal)).flat();
  const open = holds.filter(({ state }) => state === 'QUEUED' || state === 'READY');
  await forEach(open, ({ id }) => ensureInCirculation(services, operation, 'END_HOLD', id));
}

/** Makes all changes at once, waits for all of them, and throws the first failure. */
async function forEach<One>(all: readonly One[], change: (one: One) => Promise<unknown>): Promise<void> {
  const outcomes = await Promise.allSettled(all.map(change));
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) {
    throw failed.reason;
  }
}
