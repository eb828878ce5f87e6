import type { CardRow } from '../../../simulators/store.ts';
import type { Step } from '../faults/step-freezer.ts';
import { type Random, randomOf } from '../random.ts';
import type { Stage } from '../run-context.ts';
import { patient } from '../scenario.ts';
import { checkOutOn, stationCaller } from './actions.ts';
import { Client } from './client.ts';
import type { Registrar } from './registrar.ts';

/** Loans, all but one of those that a patron may have. */
const nearlyAll = 9;

/**
 * What a crowd comes to seldom, patron by patron: the first replica stands still at that step of a check-out on the smart
 * identity card; meanwhile the library card is replaced, and another replica lends the tenth item on the new one; and then
 * the first goes on.
 */
export async function lendBehindItsBack(
  stage: Stage,
  step: Step,
  registrar: Registrar,
  over: AbortSignal,
): Promise<void> {
  const { seed, replicas, casts, log } = stage;
  const [first, ...others] = replicas;
  if (first === undefined) {
    throw new RangeError('there is no replica');
  }
  const random = randomOf(seed, 'behind its back');
  const atFirst = new Client('at the first', [first], random, log, patient);
  const elsewhere = new Client('elsewhere', others, random, log, patient);
  for (const { patronIds, itemNumbers } of casts) {
    const [patronId] = patronIds;
    if (over.aborted || patronId === undefined) {
      return;
    }
    const items = itemNumbers.values();
    const lend = (client: Client, type: 'LC' | 'SC') =>
      client.perform(checkOutOn(cardOf(stage, patronId, type), items.next().value ?? '', caller));
    for (let count = 0; count < nearlyAll; count += 1) {
      await lend(elsewhere, anyType(random));
    }
    const isThere = first.freezeAt(step, over);
    const late = lend(atFirst, 'SC');
    await isThere;
    await registrar.replaceLibraryCard(patronId);
    await lend(elsewhere, 'LC');
    await first.wake();
    await late;
  }
}

const caller = stationCaller('station behind');

const anyType = (random: Random) => random.pick(['LC', 'SC'] as const);

function cardOf({ books }: Stage, patronId: string, wanted: 'LC' | 'SC'): CardRow {
  const card = books.cardsOf(patronId).find(({ type, status }) => type === wanted && status === 'ACT');
  if (card === undefined) {
    throw new Error(`${patronId} has no ${wanted} in use`);
  }
  return card;
}
