/** Races that random actors rarely have. Replicas are frozen at a step of the program, and others act meanwhile. */
import type { CardRow } from '../../../simulators/tables/store.ts';
import { askingForEpoch, reservingPlace, sendingCheckOut } from '../faults/process-freezer.ts';
import { randomOf } from '../random.ts';
import type { RunContext } from '../run-context.ts';
import { patient, type RaceName } from '../scenario.ts';
import type { Replica } from '../system/replica.ts';
import { checkOutOn, stationCaller } from './actions.ts';
import { Client } from './client.ts';
import type { Registrar } from './registrar.ts';

/** One loan less than the limit. */
const nineLoans = 9;

/** The actors of a race about one patron, who has nine loans. */
interface Race {
  readonly first: Replica;
  readonly second: Replica;
  /** Lends an item on a card of this type, at the first or the second replica. */
  lend(at: Replica, type: 'LC' | 'SC'): Promise<void>;
  replaceLibraryCard(): Promise<void>;
  readonly over: AbortSignal;
}

/** @see RaceName */
const races: Readonly<Record<RaceName, (race: Race) => Promise<void>>> = {
  async replacement({ first, second, lend, replaceLibraryCard, over }) {
    const { frozen } = await first.freezeAt(askingForEpoch, over);
    const delayed = lend(first, 'SC');
    await frozen;
    await replaceLibraryCard();
    await lend(second, 'LC');
    await first.resume();
    await delayed;
  },

  async reservation({ first, second, lend, over }) {
    const sending = await second.freezeAt(sendingCheckOut, over);
    const tenth = lend(second, 'LC');
    await sending.frozen;
    const reserving = await first.freezeAt(reservingPlace, over);
    const delayed = lend(first, 'SC');
    await reserving.frozen;
    await second.resume();
    await tenth;
    await first.resume();
    await delayed;
  },
};

/** Holds a race about one patron after another. */
export async function holdRaces(
  context: RunContext,
  name: RaceName,
  registrar: Registrar,
  over: AbortSignal,
): Promise<void> {
  const { seed, replicas, groups, log } = context;
  const [first, second] = replicas;
  if (first === undefined || second === undefined) {
    throw new RangeError('a race needs two replicas');
  }
  const random = randomOf(seed, 'races');
  const clients = new Map(
    [first, second].map((replica, index) => [
      replica,
      new Client(`race ${index}`, [replica], random, log, patient),
    ]),
  );
  for (const { patronIds, itemNumbers } of groups) {
    const [patronId] = patronIds;
    if (over.aborted || patronId === undefined) {
      return;
    }
    const items = itemNumbers.values();
    const lend: Race['lend'] = async (at, type) => {
      const card = cardOf(context, patronId, type);
      await clients.get(at)?.perform(checkOutOn(card, items.next().value ?? '', caller));
    };
    for (let count = 0; count < nineLoans; count += 1) {
      await lend(second, random.pick(['LC', 'SC']));
    }
    const replaceLibraryCard = () => registrar.replaceLibraryCard(patronId);
    await races[name]({ first, second, lend, replaceLibraryCard, over });
  }
}

const caller = stationCaller('race station');

function cardOf({ records }: RunContext, patronId: string, wanted: 'LC' | 'SC'): CardRow {
  const card = records.cardsOf(patronId).find(({ type, status }) => type === wanted && status === 'ACT');
  if (card === undefined) {
    throw new Error(`${patronId} has no card of type ${wanted} in use`);
  }
  return card;
}
