import { pause, repeatedly } from '../pause.ts';
import { randomOf } from '../random.ts';
import type { RunContext } from '../run-context.ts';
import { type Action, callerOf, unobserved } from './actions.ts';
import { Client } from './client.ts';
import type { PatronGroup } from './patron-groups.ts';

type Turn = Pick<Action, 'kind' | 'field'>;

/** Each turn of a patron's standing, with the turn that undoes it. */
const turns: readonly (readonly [Turn, Turn])[] = [
  [
    { kind: 'SUSPEND_PATRON', field: 'suspendPatron' },
    { kind: 'LIFT_SUSPENSION', field: 'liftSuspension' },
  ],
  [
    { kind: 'CLOSE_PATRON', field: 'closePatron' },
    { kind: 'REOPEN_PATRON', field: 'reopenPatron' },
  ],
];

/** How often a clerk tries to make a patron active again. The turn before may not be settled yet. */
const maxReturns = 20;
const retryMs = 1_000;
/** The problems after which the record can't be made active again. */
const hopeless = ['WRONG_STATE', 'ALREADY_MERGED'];

/** The share of the turns for a record of a pair. Such a turn may meet the merge of the two records. */
const pairShare = 0.2;

/** Suspends patrons, and closes the records of those with the fewest loans. Then makes them active again. */
export function clerk(
  { seed, clerks, records, log, scenario }: RunContext,
  group: () => PatronGroup,
  over: AbortSignal,
): Promise<void> {
  const random = randomOf(seed, 'clerk');
  const client = new Client('clerk', clerks, randomOf(seed, 'clerk replicas'), log, scenario.patienceMs);
  const caller = callerOf('clerk', ['patrons:write']);
  return repeatedly(scenario.turnEveryMs, random, over, async () => {
    const [there, back] = random.pick(turns);
    const { patronIds: all, pair } = group();
    const isOfPair = (id: string) => id === pair?.leavingId || id === pair?.stayingId;
    const takesPair = random.chance(pairShare);
    const some = all.filter((id) => isOfPair(id) === takesPair);
    const patronIds = some.length === 0 ? all : some;
    const loansOf = (id: string) => records.loansOf(id).length;
    const [fewest = ''] = patronIds.toSorted((one, other) => loansOf(one) - loansOf(other));
    const patronId = there.kind === 'CLOSE_PATRON' ? fewest : random.pick(patronIds);
    const take = (turn: Turn) => client.perform({ ...turn, ...unobserved, input: { patronId }, caller });
    const taken = await take(there);
    if (taken?.state === 'REFUSED') {
      return;
    }
    await pause(random.between(100, 1_500), over);
    for (let time = 1; time <= maxReturns && !over.aborted; time += 1) {
      const returned = await take(back);
      if (returned?.state === 'DONE' || hopeless.includes(returned?.problem ?? '')) {
        return;
      }
      await pause(retryMs, over);
    }
  });
}
