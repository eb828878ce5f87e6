import type { CardRow } from '../../../simulators/tables/store.ts';
import type { Step } from '../faults/step-freezer.ts';
import { type Random, randomOf } from '../random.ts';
import type { RunContext } from '../run-context.ts';
import { patient } from '../scenario.ts';
import { checkOutOn, stationCaller } from './actions.ts';
import { Client } from './client.ts';
import type { Registrar } from './registrar.ts';

/** One loan less than the limit. */
const nineLoans = 9;

/**
 * A race that random actors rarely have, for one patron after another:
 * 1. The patron has nine loans.
 * 2. The first replica is frozen at `step` of a check-out on the smart identity card.
 * 3. Meanwhile the library card is replaced, and another replica lends the tenth item on the new card.
 * 4. The first replica resumes. It must see the loan on the new card.
 */
export async function raceReplacement(
  context: RunContext,
  step: Step,
  registrar: Registrar,
  over: AbortSignal,
): Promise<void> {
  const { seed, replicas, groups, log } = context;
  const [first, ...others] = replicas;
  if (first === undefined) {
    throw new RangeError('there is no replica');
  }
  const random = randomOf(seed, 'replacement race');
  const clientOfFirst = new Client('first', [first], random, log, patient);
  const clientOfOthers = new Client('others', others, random, log, patient);
  for (const { patronIds, itemNumbers } of groups) {
    const [patronId] = patronIds;
    if (over.aborted || patronId === undefined) {
      return;
    }
    const items = itemNumbers.values();
    const lend = (client: Client, type: 'LC' | 'SC') =>
      client.perform(checkOutOn(cardOf(context, patronId, type), items.next().value ?? '', caller));
    for (let count = 0; count < nineLoans; count += 1) {
      await lend(clientOfOthers, anyType(random));
    }
    const isFrozen = first.freezeAt(step, over);
    const delayed = lend(clientOfFirst, 'SC');
    await isFrozen;
    await registrar.replaceLibraryCard(patronId);
    await lend(clientOfOthers, 'LC');
    await first.resume();
    await delayed;
  }
}

const caller = stationCaller('race station');

const anyType = (random: Random) => random.pick(['LC', 'SC'] as const);

function cardOf({ records }: RunContext, patronId: string, wanted: 'LC' | 'SC'): CardRow {
  const card = records.cardsOf(patronId).find(({ type, status }) => type === wanted && status === 'ACT');
  if (card === undefined) {
    throw new Error(`${patronId} has no card of type ${wanted} in use`);
  }
  return card;
}
