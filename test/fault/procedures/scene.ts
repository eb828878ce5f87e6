import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChangeTimes } from '../../../subgraphs/circulation-change.ts';
import type { ErrorLog } from '../../../subgraphs/errors.ts';
import { type Legacy, startLegacy } from '../../legacy/index.ts';
import { createStore, type Store } from '../../legacy/store.ts';
import { Books } from './books.ts';
import type { Watch } from './calls.ts';
import { type Scenario, seedOfScenarios } from './scenarios.ts';
import { openSystem, type Payload, type System } from './system.ts';

/** Legacy systems and a journal's file for one operation, whoever carries it out. */
export interface Scene extends AsyncDisposable {
  readonly scenario: Scenario;
  readonly times: ChangeTimes;
  readonly legacy: Legacy;
  readonly store: Store;
  readonly books: Books;
  /** The journal's file. */
  readonly path: string;
  /** What was logged. */
  readonly lines: readonly string[];
  readonly log: ErrorLog;
}

export async function startScene(scenario: Scenario, times: ChangeTimes): Promise<Scene> {
  await using resources = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'patron-graph-'));
  resources.defer(() => rm(folder, { recursive: true }));
  const store = createStore(seedOfScenarios());
  const books = new Books(store);
  scenario.meanwhile?.(store);
  const legacy = resources.use(await startLegacy({ store, dropAfterMs: times.dropAfterMs }));
  const lines: string[] = [];
  const note = (details: object, message: string) => lines.push(`${message} ${JSON.stringify(details)}`);
  const open = resources.move();
  return {
    scenario,
    times,
    legacy,
    store,
    books,
    path: join(folder, 'journal.sqlite'),
    lines,
    log: { warn: note, error: note },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

/** Who goes on with what is unsettled: another process, for all that the journal can tell. Put forward while it waits. */
export interface Successor extends AsyncDisposable {
  readonly system: System;
  /** Resolves, with the answer to the same sent once more, when the operation is settled. */
  settled(): Promise<Payload>;
}

/** Milliseconds that pass for the successor at once, again and again. */
const leapMs = 30_000;
const mostLeaps = 40;

export async function openSuccessor(scene: Scene): Promise<Successor> {
  let aheadMs = leapMs;
  let underWay = 0;
  // Time must not leap under a call: it would seem to have taken that long.
  const count: Watch = async ({ at }) => {
    underWay += at === 'before' ? 1 : -1;
  };
  const { legacy, path, times, log, scenario } = scene;
  const options = { legacy, journal: { path }, times, log, settles: true } as const;
  const system = await openSystem(scenario, { ...options, watch: count, aheadMs: () => aheadMs });
  return {
    system,
    async settled() {
      for (let leaps = 0; leaps < mostLeaps; leaps += 1) {
        const answer = await system.ask();
        if (answer.operation.state !== 'UNSETTLED') return answer;
        await sleep(250);
        if (underWay === 0) aheadMs += leapMs;
      }
      throw new Error(`it is never settled:\n${scene.lines.join('\n')}`);
    },
    [Symbol.asyncDispose]: () => system[Symbol.asyncDispose](),
  };
}
