import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type RunningSimulators, startSimulators } from '../../../../simulators/index.ts';
import { createStore, type Store } from '../../../../simulators/tables/store.ts';
import type { ChangeTimes } from '../../../../subgraphs/operations/change-times.ts';
import type { ProcessLog } from '../../../../subgraphs/runtime/errors.ts';
import { openTemporaryFolder } from '../../../support/set-up/temporary-folder.ts';
import { type Scenario, seedOf } from '../scenarios/scenarios.ts';
import { RecordChanges } from './record-changes.ts';
import { openSystem, type System, type SystemOptions } from './system.ts';

/** The legacy systems and the journal's file of one operation. All processes that run the operation share them. */
export interface Fixture extends AsyncDisposable {
  readonly scenario: Scenario;
  readonly times: ChangeTimes;
  readonly legacy: RunningSimulators;
  readonly store: Store;
  readonly records: RecordChanges;
  /** The path of the journal's file. */
  readonly path: string;
  /**
   * The changes in the audit, sorted. A line has role, patron and field:
   * `STAFF P0000002 credential.status`.
   */
  audited(): readonly string[];
  /** The warnings and errors in the log. */
  readonly lines: readonly string[];
  readonly log: ProcessLog;
  /** Opens the subgraph of the scenario, or of `other`, as another process would. By default, its reconciler runs. */
  open(options?: OpenOptions, other?: Scenario): Promise<System>;
}

type OpenOptions = Partial<Pick<SystemOptions, 'journal' | 'watch' | 'watchJournal' | 'aheadMs' | 'settles'>>;

function auditedIn(path: string): string[] {
  using journal = new DatabaseSync(path, { readOnly: true });
  return journal
    .prepare("select role || ' ' || patron_id || ' ' || field as line from changes order by line")
    .all()
    .map(({ line }) => String(line));
}

export async function startFixture(scenario: Scenario, times: ChangeTimes): Promise<Fixture> {
  await using resources = new AsyncDisposableStack();
  const folder = resources.use(await openTemporaryFolder());
  const store = createStore(seedOf(scenario));
  const records = new RecordChanges(store);
  scenario.meanwhile?.(store);
  const legacy = resources.use(await startSimulators({ store, dropAfterMs: times.dropAfterMs }));
  legacy.cms.faults.set(scenario.faults ?? []);
  const lines: string[] = [];
  const note = (details: object, message: string) => lines.push(`${message} ${JSON.stringify(details)}`);
  const path = join(folder.path, 'journal.sqlite');
  const log = { info: () => undefined, warn: note, error: note };
  const running = resources.move();
  return {
    scenario,
    times,
    legacy,
    store,
    records,
    path,
    audited: () => auditedIn(path),
    lines,
    log,
    open: (options, other = scenario) =>
      openSystem(other, { legacy, journal: { path }, times, log, settles: true, ...options }),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
